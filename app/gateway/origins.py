"""Which pages may talk to this server. CORS does not cover websockets: this check does."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from app.sites import Site


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as browsers write an Origin. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address; write it like https://shop.example")
    default = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


class Origins:
    """`own`: where this server's pages come from. The widget's frame and the console are ours, so they match it."""

    def __init__(self, own: Sequence[str]) -> None:
        self.own = frozenset(own)

    def allow(self, origin: str | None, site: Site | None = None, *, cookie: bool = False) -> bool:
        """Whether a request from `origin` is served; exact matches only.

        Without an Origin it is no browser's cross-site request: allowed unless it carries a cookie.
        """
        if origin is None:
            return not cookie
        return origin in self.own or (site is not None and origin in site.origins)
