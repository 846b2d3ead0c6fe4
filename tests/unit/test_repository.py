"""What a clone promises to whoever installs it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "bot", "handoff")
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?: ; [^\\]+)?$")


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_every_pin_has_one_version_and_its_hashes_and_nothing_else(name: str) -> None:
    for line in logical_lines(ROOT / name):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        assert PIN.match(requirement), requirement
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


def test_tests_run_against_the_versions_that_are_installed_elsewhere() -> None:
    assert set(logical_lines(ROOT / "constraints.txt")) <= set(logical_lines(ROOT / "constraints-dev.txt"))


def test_what_we_need_is_pinned() -> None:
    pinned = {match["name"] for line in logical_lines(ROOT / "constraints.txt") if (match := pin(line))}
    assert named() <= pinned


def test_what_the_code_imports_is_named_as_a_dependency() -> None:
    known = packages_distributions()
    for path, module in imports():
        if module in sys.stdlib_module_names or module in (*ROOMS, "kickstand"):
            continue
        distributions = {canonical(name) for name in known.get(module, [module])}
        assert distributions & named(), f"{path.relative_to(ROOT)} imports {module}: pyproject.toml does not name it"


def test_front_end_lock_files_do_not_name_where_packages_were_fetched_from() -> None:
    for folder in ("widget", "handoff/console"):
        assert '"resolved": "http' not in (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")


def test_no_test_is_left_out_of_a_plain_pytest_run() -> None:
    run = [path for pattern in pyproject()["tool"]["pytest"]["ini_options"]["testpaths"] for path in ROOT.glob(pattern)]
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert any(path.is_relative_to(each) for each in run), path.relative_to(ROOT)


def logical_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").replace("\\\n", "").splitlines()


def pin(line: str) -> re.Match[str] | None:
    return PIN.match(re.split(r"\s+--hash=", line)[0])


def canonical(requirement: str) -> str:
    """The name in a requirement, as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


def named() -> set[str]:
    """What pyproject.toml asks for to run and to build."""
    project = pyproject()["project"]
    requirements = [*project["dependencies"], *pyproject()["dependency-groups"]["build"]]
    for extra in project["optional-dependencies"].values():
        requirements += extra
    return {canonical(requirement) for requirement in requirements}


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imports() -> Iterator[tuple[Path, str]]:
    """Top-level names of the modules that our packages import, with the file that does."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((path, alias.name.partition(".")[0]) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                    yield path, node.module.partition(".")[0]
