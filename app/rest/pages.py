"""The built front ends, each under its own content security policy, and the health of the process."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.errors import ChatError
from app.rest.built import built
from app.services import services

router = APIRouter()
STATIC = Path(__file__).parent.parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:;"
    " font-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
UNCACHED = {**HEADERS, "Cache-Control": "no-cache"}
SHARED = {**HEADERS, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
"""For what pages of shops load under a name that stays."""
FOREVER = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}  # names carry a content hash
WRITABLE_WITHIN = timedelta(seconds=2)


class NotBuilt(ChatError):
    """The front ends are not built. Run `make build`, or install the wheel, which has them."""

    code = "not_built"
    http_status = 503


def _page(request: Request, name: str, headers: dict[str, str]) -> Response:
    """Raises NotBuilt."""
    page = built(STATIC / name, request, headers)
    if page is None:
        raise NotBuilt
    return page


def _asset(request: Request, folder: str, name: str) -> Response:
    headers = {**FOREVER, "Access-Control-Allow-Origin": "*"}
    asset = built(STATIC / folder / "assets" / name, request, headers) if Path(name).name == name else None
    return asset or Response(status_code=404, headers=HEADERS)


@router.get("/widget.js")
async def loader(request: Request) -> Response:
    """The loader that a shop's page includes."""
    return _page(request, "widget.js", SHARED)


@router.get("/widget/page.js")
async def page_script(request: Request) -> Response:
    """What the loader imports once the chat is wanted; an import asks across origins."""
    return _page(request, "widget/page.js", SHARED)


@router.get("/widget/frame")
async def frame(request: Request, site: str) -> Response:
    """The widget's frame; only the site's own pages may embed it."""
    allowed = " ".join((await services(request).people.site(site)).origins)
    # Pictures on cards come from the shop, which may be plain http on a developer's machine; photos that are chosen
    # are shown and made smaller before they go.
    policy = CSP.replace("img-src 'self' data: https:", f"img-src 'self' data: blob: https: {allowed}")
    return _page(
        request,
        "widget/index.html",
        {**UNCACHED, "Content-Security-Policy": f"{policy}; frame-ancestors 'self' {allowed}"},
    )


@router.get("/widget/assets/{name}")
async def widget_asset(name: str, request: Request) -> Response:
    """A file of the widget."""
    return _asset(request, "widget", name)


@router.get("/console")
async def console_slash() -> RedirectResponse:
    """The console lives under a folder."""
    return RedirectResponse("/console/")


@router.get("/console/")
async def console(request: Request) -> Response:
    """The agents' console; nobody may frame it."""
    policy = f"{CSP}; frame-ancestors 'none'; require-trusted-types-for 'script'"
    return _page(
        request,
        "console/index.html",
        {
            **UNCACHED,
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        },
    )


@router.get("/console/worker.js")
async def console_worker(request: Request) -> Response:
    """The service worker that takes web push; browsers ask for it anew, so it is never kept."""
    policy = "default-src 'none'; connect-src 'self'"
    return _page(request, "console/worker.js", {**UNCACHED, "Content-Security-Policy": policy})


@router.get("/console/assets/{name}")
async def console_asset(name: str, request: Request) -> Response:
    """A file of the console."""
    return _asset(request, "console", name)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """The process is alive. The store is not asked."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """The process takes messages: the store accepts a write and nothing drains."""
    here = services(request)
    if here.turns.draining:
        return JSONResponse({"status": "draining"}, status_code=503)
    if not await here.journal.accepts_writes(WRITABLE_WITHIN):
        return JSONResponse({"status": "store unavailable"}, status_code=503)
    return JSONResponse({"status": "ready"})
