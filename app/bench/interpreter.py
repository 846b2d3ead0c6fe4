"""Which Python carries a load: what a turn costs in CPU depends on how that was built, by about a quarter."""

from __future__ import annotations

import platform
import sysconfig
from collections.abc import Mapping

BUILT = "CONFIG_ARGS", "CFLAGS_NODIST", "PY_CORE_CFLAGS"


def interpreter() -> dict[str, str]:
    """Its name and version, its compiler, and whether it was compiled by the profile of a run."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": platform.python_compiler(),
        "profile_guided": profile_guided(sysconfig.get_config_vars()),
    }


def profile_guided(build: Mapping[str, object]) -> str:
    """ "yes" where the build's own variables say so; else "not said": some distributions do it and leave no trace."""
    told = " ".join(str(build.get(name, "")) for name in BUILT)
    return "yes" if "--enable-optimizations" in told or "-fprofile-use" in told else "not said"
