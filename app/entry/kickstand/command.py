"""The `kickstand` command, as the console script starts it."""

from __future__ import annotations

import sys

from kickstand.shadows import shadows


def main() -> None:
    """Run the command, or say which folder is in its way."""
    found = shadows()
    if found:
        print("\n".join(str(shadow) for shadow in found), file=sys.stderr)
        sys.exit(2)
    from app.cli import main as run

    run()
