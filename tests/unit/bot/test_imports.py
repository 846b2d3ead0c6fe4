from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import bot

ROOT = Path(bot.__file__).parent


def modules() -> dict[str, Path]:
    """The engine's modules by name, without the bundled project."""
    files = [file for file in ROOT.rglob("*.py") if "project" not in file.relative_to(ROOT).parts]
    return {
        ".".join(file.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): file for file in files
    }


def imported(file: Path, known: set[str]) -> set[str]:
    """The engine's modules that a file imports, at whatever place and for whatever purpose."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found.add(f"{node.module}.{alias.name}")
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found & known


def test_modules_import_each_other_in_one_direction_only() -> None:
    found = modules()
    packages = {name for name, file in found.items() if file.name == "__init__.py"}
    known = set(found) - packages
    assert len(known) > 30
    order = TopologicalSorter({name: imported(found[name], known) for name in known})
    order.prepare()  # raises CycleError, which names the circle
