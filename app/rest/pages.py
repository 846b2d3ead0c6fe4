"""The built front ends, each under its own content security policy, and the health of the process."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse

from app.errors import ChatError
from app.services import services

router = APIRouter()
STATIC = Path(__file__).parent.parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:;"
    " font-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
UNCACHED = {**HEADERS, "Cache-Control": "no-cache"}
FOREVER = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}  # names carry a content hash
WRITABLE_WITHIN = timedelta(seconds=2)


class NotBuilt(ChatError):
    """The front ends are not built. Run `make build`, or install the wheel, which has them."""

    code = "not_built"
    http_status = 503


def _page(name: str, headers: dict[str, str]) -> FileResponse:
    path = STATIC / name
    if not path.is_file():
        raise NotBuilt
    return FileResponse(path, headers=headers)


def _asset(folder: str, name: str) -> Response:
    path = STATIC / folder / "assets" / name
    if Path(name).name != name or not path.is_file():
        return Response(status_code=404, headers=HEADERS)
    return FileResponse(path, headers={**FOREVER, "Access-Control-Allow-Origin": "*"})


@router.get("/widget.js")
async def loader() -> FileResponse:
    """The loader that a shop's page includes."""
    return _page("widget.js", {**HEADERS, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"})


@router.get("/widget/page.js")
async def page_script() -> FileResponse:
    """What the loader imports once the chat is wanted; an import asks across origins."""
    return _page(
        "widget/page.js", {**HEADERS, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    )


@router.get("/widget/frame")
async def frame(request: Request, site: str) -> FileResponse:
    """The widget's frame; only the site's own pages may embed it."""
    allowed = " ".join((await services(request).people.site(site)).origins)
    # Pictures on cards come from the shop, which may be plain http on a developer's machine; photos that are chosen
    # are shown and made smaller before they go.
    policy = CSP.replace("img-src 'self' data: https:", f"img-src 'self' data: blob: https: {allowed}")
    return _page(
        "widget/index.html", {**UNCACHED, "Content-Security-Policy": f"{policy}; frame-ancestors 'self' {allowed}"}
    )


@router.get("/widget/assets/{name}")
async def widget_asset(name: str) -> Response:
    """A file of the widget."""
    return _asset("widget", name)


@router.get("/console")
async def console_slash() -> RedirectResponse:
    """The console lives under a folder."""
    return RedirectResponse("/console/")


@router.get("/console/")
async def console() -> FileResponse:
    """The agents' console; nobody may frame it."""
    policy = f"{CSP}; frame-ancestors 'none'; require-trusted-types-for 'script'"
    return _page(
        "console/index.html",
        {
            **UNCACHED,
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        },
    )


@router.get("/console/worker.js")
async def console_worker() -> FileResponse:
    """The service worker that takes web push; browsers ask for it anew, so it is never kept."""
    policy = "default-src 'none'; connect-src 'self'"
    return _page(
        "console/worker.js", {**UNCACHED, "Content-Security-Policy": policy, "Content-Type": "text/javascript"}
    )


@router.get("/console/assets/{name}")
async def console_asset(name: str) -> Response:
    """A file of the console."""
    return _asset("console", name)


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
