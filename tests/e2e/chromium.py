"""The Chromium that the browser tests drive: one that is here, or else one that can be had.

As a command (`python -m tests.e2e.chromium`, which `make test` runs) it installs one when there is none, and always
ends well: tests without a browser say themselves why they were skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHOICE = "KICKSTAND_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
SWITCHES = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """No Chromium starts on this machine. The text says what was looked for and what to do."""


def find() -> Path:
    """The Chromium to use: the one KICKSTAND_CHROMIUM names, an installed one, or Playwright's own.

    Raises NoChromium. Each candidate is asked for its version first: some distributions ship a `chromium-browser`
    that only says where to get the real one.
    """
    if chosen := os.environ.get(CHOICE):
        if _starts(Path(chosen)):
            return Path(chosen)
        raise NoChromium(f"{CHOICE} is {chosen}, which does not start.")
    for candidate in _candidates():
        if _starts(candidate):
            return candidate
    raise NoChromium(
        f"No Chromium found: not by name ({', '.join(NAMES)}) and none of Playwright's own. "
        f"Install one, name one with {CHOICE}, or run `make test` where a download is possible."
    )


def switches() -> list[str]:
    """Command line for a browser that talks to our server and to nothing else. Chromium's sandbox refuses root."""
    return [*SWITCHES, "--no-sandbox"] if _is_root() else list(SWITCHES)


def install() -> Path:
    """`find`, after trying what may bring a Chromium here: Playwright's download, then Debian's package for root."""
    try:
        return find()
    except NoChromium:
        if os.environ.get(CHOICE):
            raise
    for step, seconds in _steps():
        print("No Chromium yet. Trying:", *step, flush=True)
        if not _succeeds(step, seconds):
            print("That did not work.", flush=True)
    return find()


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from (place for place in PLACES if place.exists())
    own = _playwrights_own()
    if own is not None:
        yield own


def _playwrights_own() -> Path | None:
    """Where `playwright install chromium` puts it; asked in a process of its own, as Playwright has no other way."""
    program = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    path = Path(done.stdout.strip() or "/nowhere")
    return path if done.returncode == 0 and path.is_file() else None


def _starts(candidate: Path) -> bool:
    try:
        done = subprocess.run([str(candidate), "--version"], check=False, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and "chrom" in done.stdout.lower()


def _steps() -> Iterator[tuple[list[str], int]]:
    """What may bring a Chromium here, with the seconds it may take; nothing more once there is one."""
    yield [sys.executable, "-m", "playwright", "install", "chromium"], 180
    if _is_root() and shutil.which("apt-get") and not any(_starts(candidate) for candidate in _candidates()):
        yield ["apt-get", "update", "-qq"], 180
        yield ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], 600


def _succeeds(step: list[str], seconds: int) -> bool:
    """Runs `step` in a process group of its own, so that what it started ends with it."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        process = subprocess.Popen(
            step, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        print(error, flush=True)
        return False
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        print(f"It took longer than {seconds} s.", flush=True)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        print(f"Browser tests use {install()}.")
    except NoChromium as error:
        print(error)
