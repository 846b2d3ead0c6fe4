"""Finds the bot project that a file belongs to."""

from __future__ import annotations

from pathlib import Path


def project_of(place: Path) -> Path | None:
    """The nearest folder above `place` that holds a domain as Rasa projects do; None: there is none."""
    return next((folder for folder in (place, *place.parents) if is_project(folder)), None)


def is_project(folder: Path) -> bool:
    """Whether a folder holds domain.yml, or a folder `domain` of YAML files beside config.yml."""
    if any((folder / name).is_file() for name in ("domain.yml", "domain.yaml")):
        return True
    has_config = any((folder / name).is_file() for name in ("config.yml", "config.yaml"))
    # Many projects have a folder of this name that is something else.
    return has_config and any((folder / "domain").glob("*.y*ml"))
