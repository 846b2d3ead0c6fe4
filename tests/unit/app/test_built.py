"""What browsers load comes small, and once."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.rest.built import built

SCRIPT = b"console.log('kickstand');\n" * 40
Browser = Callable[[str], httpx.AsyncClient]


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """A browser of a server that has the files of this folder, under the policy it names."""
    (tmp_path / "chat.js").write_bytes(SCRIPT)
    (tmp_path / "ring.ogg").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()

    def under(policy: str) -> httpx.AsyncClient:
        async def answer(request: Request) -> Response:
            headers = {"Content-Security-Policy": policy}
            return built(tmp_path / request.path_params["name"], request, headers) or Response(status_code=404)

        server = Starlette(routes=[Route("/{name:path}", answer)])
        return httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://chat")

    return under


async def test_a_script_comes_gzipped_to_who_takes_it_and_plain_to_who_does_not(browser: Browser) -> None:
    async with browser("") as http:
        zipped = await http.get("/chat.js", headers={"Accept-Encoding": "br, gzip;q=0.8"})
        assert zipped.headers["content-encoding"] == "gzip"
        assert int(zipped.headers["content-length"]) == len(gzip.compress(SCRIPT, 9)) < len(SCRIPT) / 5
        assert (zipped.content, zipped.headers["vary"]) == (SCRIPT, "Accept-Encoding")
        assert zipped.headers["content-type"] == "text/javascript; charset=utf-8"
        for taken in ("identity", "gzip;q=0", "br, gzip; q=0.0"):
            plain = await http.get("/chat.js", headers={"Accept-Encoding": taken})
            assert (plain.content, plain.headers.get("content-encoding")) == (SCRIPT, None)
        sound = await http.get("/ring.ogg", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in sound.headers
        assert sound.content == bytes(range(256))


async def test_what_a_browser_has_already_is_not_sent_again(browser: Browser) -> None:
    async with browser("") as http:
        tag = (await http.get("/chat.js")).headers["etag"]
        for known in (tag, f'"other", W/{tag}'):
            again = await http.get("/chat.js", headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        plain = {"If-None-Match": tag, "Accept-Encoding": "identity"}
        assert (await http.get("/chat.js", headers=plain)).status_code == 200


async def test_a_page_under_another_policy_is_another_page(browser: Browser) -> None:
    async with browser("frame-ancestors https://one.example") as http:
        tag = (await http.get("/chat.js")).headers["etag"]
    async with browser("frame-ancestors https://two.example") as http:
        changed = await http.get("/chat.js", headers={"If-None-Match": tag})
        assert (changed.status_code, changed.content) == (200, SCRIPT)


async def test_a_file_that_was_built_anew_is_sent_anew(browser: Browser, tmp_path: Path) -> None:
    async with browser("") as http:
        tag = (await http.get("/chat.js")).headers["etag"]
        (tmp_path / "chat.js").write_bytes(SCRIPT.upper())
        os.utime(tmp_path / "chat.js", ns=(1, 1))
        changed = await http.get("/chat.js", headers={"If-None-Match": tag})
        assert (changed.status_code, changed.content) == (200, SCRIPT.upper())


@pytest.mark.parametrize("path", ["/nothing.js", "/folder", "/%00.js", "/" + "x" * 300])
async def test_what_is_no_file_is_none(browser: Browser, path: str) -> None:
    async with browser("") as http:
        assert (await http.get(path)).status_code == 404
