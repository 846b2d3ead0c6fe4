"""Finds folders that hide Kickstand's own packages from Python."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("app", "bot", "handoff")
_PARENTS = Path(__file__).resolve().parents
_HOME = _PARENTS[1] if (_PARENTS[1] / "app").is_dir() else _PARENTS[3]
"""Where Kickstand's packages are: beside this one in site-packages; in a checkout this one lies inside `app`."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """Somebody else's package that Python finds instead of ours."""

    package: str
    place: Path

    def __str__(self) -> str:
        return (
            f"{self.place} hides Kickstand's own package `{self.package}`: Python finds it first, because its folder "
            f"is on the import path. Rename it (for example to my_{self.package}), or run from another folder; the "
            f"names {', '.join(PACKAGES)} belong to Kickstand."
        )


def shadows(packages: Iterable[str] = PACKAGES) -> list[Shadow]:
    """What stands in front of Kickstand's packages now; empty: all is well."""
    found = []
    for package in packages:
        place = _place(package)
        if place is not None and place != _HOME / package:
            found.append(Shadow(package, place))
    return found


def _place(package: str) -> Path | None:
    """Where Python finds a package; None: nowhere, or in a way that has no place."""
    module = sys.modules.get(package)
    file = getattr(module, "__file__", None)
    if module is None:
        try:
            spec = find_spec(package)
        except (ImportError, ValueError):
            return None
        file = spec.origin if spec is not None else None
    if not file:
        return None
    path = Path(file).resolve()
    return path.parent if path.name == "__init__.py" else path
