"""Finds the action classes of a project and builds them with the services they name."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.problems import Findings


class _NotBuilt(Exception):
    """Why an action cannot be built."""


def load_actions(project: Path, services: object, findings: Findings) -> dict[str, Any]:
    """Instances of the project's `rasa_sdk.Action` classes by action name.

    They live in `actions.py` or in the package `actions/`, and are imported under a private name, so that two
    projects never meet. A parameter of a class's `__init__` receives the field of `services` of the same name.
    """
    found: dict[str, Any] = {}
    modules = list(_modules(project, findings))
    if not modules:
        return found
    from rasa_sdk import Action  # type: ignore[import-untyped, unused-ignore]

    classes: dict[type[Any], None] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Action) and value.__module__ == module.__name__:
                classes[value] = None
    for kind in classes:
        if inspect.isabstract(kind):
            continue
        try:
            instance = _built(kind, services)
        except _NotBuilt as error:
            findings.error(*_place(kind, project), str(error))
            continue
        try:
            name = instance.name()
        except NotImplementedError:
            continue  # a shared parent of other actions
        except Exception as error:
            findings.error(*_place(kind, project), f"{kind.__name__}.name() raised {type(error).__name__}: {error}")
            continue
        if name in found:
            findings.error(*_place(kind, project), f"two actions are named {name!r}")
        found[name] = instance
    return found


def _modules(project: Path, findings: Findings) -> Iterator[ModuleType]:
    package, file = project / "actions" / "__init__.py", project / "actions.py"
    start = package if package.is_file() else file
    if not start.is_file():
        return
    private = "kickstand_project_" + hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:12]
    for name in [name for name in sys.modules if name == private or name.startswith(private + ".")]:
        del sys.modules[name]
    module = _imported(private, start, findings, project)
    if module is None:
        return
    yield module
    for entry in pkgutil.walk_packages(getattr(module, "__path__", ()), private + "."):
        try:
            yield importlib.import_module(entry.name)
        except (Exception, SystemExit) as error:
            _report(error, project, findings, start)


def _imported(name: str, file: Path, findings: Findings, project: Path) -> ModuleType | None:
    folders = [str(file.parent)] if file.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        _report(error, project, findings, file)
        return None
    return module


def _report(error: BaseException, project: Path, findings: Findings, start: Path) -> None:
    """Name the last line of the project's own code that led to the error."""
    place, line = start, 1
    if isinstance(error, SyntaxError) and error.filename:
        place, line = Path(error.filename), error.lineno or 1
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            if Path(frame.filename).is_relative_to(project):
                place, line = Path(frame.filename), frame.lineno or 1
    findings.error(_relative(place, project), line, f"the actions do not load: {type(error).__name__}: {error}")


def _relative(file: Path, project: Path) -> str:
    return file.relative_to(project).as_posix() if file.is_relative_to(project) else file.name


def _place(kind: type[Any], project: Path) -> tuple[str, int]:
    module = sys.modules[kind.__module__]
    try:
        line = inspect.getsourcelines(kind)[1]
    except OSError:  # made by `type(...)` or another function
        line = 1
    return _relative(Path(module.__file__ or ""), project), line


def _built(kind: type[Any], services: object) -> Any:
    wanted: dict[str, Any] = {}
    for parameter in parameters(kind):
        if hasattr(services, parameter.name):
            wanted[parameter.name] = getattr(services, parameter.name)
        elif parameter.default is parameter.empty:
            raise _NotBuilt(f"{kind.__name__} asks for {parameter.name!r}, which is none of the services")
    try:
        return kind(**wanted)
    except Exception as error:
        raise _NotBuilt(f"{kind.__name__} could not be built: {type(error).__name__}: {error}") from error


def parameters(kind: type[Any]) -> list[inspect.Parameter]:
    """What building an action asks for by name."""
    if kind.__init__ is object.__init__:
        return []
    asked = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return [each for each in asked if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
