"""Photos of damage, labels and receipts; and everything else that is sent in their place."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from app.rest.photos import MOST_BYTES
from app.sites import Site
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running


@pytest.fixture
async def shop(server: Running) -> Site:
    return await server.new_site(uploads=True)


def an_image(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **saved: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#a03020").save(out, kind, **saved)
    return out.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


async def put(server: Running, token: str, data: bytes, **params: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/png"}
    return await server.http.post("/api/visitor/photos", content=data, headers=headers, params=params)


async def refusal(server: Running, token: str, data: bytes) -> tuple[int, str]:
    answer = await put(server, token, data)
    return answer.status_code, answer.json()["code"]


async def test_a_photo_goes_out_with_a_message_and_everybody_in_the_conversation_sees_it(
    server: Running, shop: Site
) -> None:
    async with server.visitor(shop) as anna:
        photo = (await put(server, anna.token, an_image("PNG"), alt="The dent")).json()
        client_id = str(uuid4())
        message = {"client_id": client_id, "text": "Talk to a person", "payload": "/human_request"}
        await anna.send("message.send", **message, attachments=[photo["id"]])
        shown = await anna.expect("message.created", client_id=client_id)

        [attached] = shown["attachments"]
        assert (attached["id"], attached["width"], attached["height"], attached["alt"]) == (
            photo["id"],
            640,
            480,
            "The dent",
        )
        async with server.agent(shop) as maya:
            frames = await maya.follow(shown["conversation_id"])
            [seen] = [f["attachments"] for f in frames if f.get("attachments")]
            served = await server.http.get(seen[0]["url"])
        assert (served.status_code, served.headers["content-type"]) == (200, "image/jpeg")
        assert Image.open(io.BytesIO(served.content)).size == (640, 480)
        assert (await server.history(anna.token))[0]["attachments"][0]["id"] == photo["id"]


async def test_a_photo_without_words_is_thanked_for_and_sent_again_it_is_one_message(
    server: Running, shop: Site
) -> None:
    async with server.visitor(shop) as anna:
        photo = (await put(server, anna.token, an_image())).json()
        client_id = str(uuid4())
        for duplicate in (False, True):
            await anna.send("message.send", client_id=client_id, text="", attachments=[photo["id"]])
            assert (await anna.expect("ack", client_id=client_id))["duplicate"] is duplicate
        answer = await anna.expect("message.created", re=client_id)

        assert answer["text"].startswith("Your photo is here")
        await anna.send("message.send", client_id=client_id, text="")
        assert (await anna.expect("nack", client_id=client_id))["code"] == "empty_message"


async def test_sec_d5_nothing_of_the_file_survives_but_what_is_seen(server: Running, shop: Site) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"  # the maker
    exif[0x0112] = 6  # turned by a quarter
    data = an_image("JPEG", (80, 40), exif=exif, comment=b"SecretComment") + b"<script>SecretTail</script>"
    answer = (await put(server, await server.new_token(shop), data)).json()
    served = (await server.http.get(answer["url"])).content

    assert (answer["width"], answer["height"]) == (40, 80)  # upright
    assert b"Secret" not in served
    assert not dict(Image.open(io.BytesIO(served)).getexif())


async def test_sec_d5_a_bomb_is_refused_by_what_its_header_says(server: Running, shop: Site) -> None:
    token = await server.new_token(shop)

    assert await refusal(server, token, a_bomb(10_000, 10_000)) == (413, "too_many_pixels")
    assert await refusal(server, token, a_bomb(60_000, 60_000)) == (413, "too_many_pixels")


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf <?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"MZ\x90",
        b"",
        b"\x89PNG\r\n\x1a\n" + b"<script>" * 9,
        b"\xff\xd8\xff",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00WEBP",
    ],
    ids=["svg", "xml", "html", "pdf", "exe", "empty", "png-of-html", "cut-jpeg", "cut-gif", "cut-webp"],
)
async def test_sec_d2_what_is_no_photo_is_refused_whatever_it_is_called(
    server: Running, shop: Site, data: bytes
) -> None:
    assert await refusal(server, await server.new_token(shop), data) == (415, "not_a_photo")


async def test_sec_d1_uploads_are_off_until_a_site_turns_them_on(server: Running, site: Site) -> None:
    assert await refusal(server, await server.new_token(site), an_image()) == (403, "uploads_off")


async def test_sec_d1_a_body_is_refused_while_it_arrives(server: Running, shop: Site) -> None:
    token = await server.new_token(shop)

    assert await refusal(server, token, b"\xff\xd8\xff" + bytes(MOST_BYTES)) == (413, "too_large")


async def test_sec_d3_photos_are_served_so_that_nothing_in_them_runs(server: Running, shop: Site) -> None:
    answer = (await put(server, await server.new_token(shop), an_image("GIF"))).json()
    headers = (await server.http.get(answer["url"])).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["content-disposition"] == "inline"
    assert headers["content-type"] == "image/jpeg"


async def test_sec_d4_a_link_opens_one_photo_for_a_quarter_of_an_hour(start: Start, clock: ManualClock) -> None:
    async with start() as server:
        token = await server.new_token(await server.new_site(uploads=True))
        one, other = [(await put(server, token, an_image())).json() for _ in range(2)]
        path, _, query = one["url"].partition("?")
        assert (await server.http.get(path)).status_code == 401
        forged = [
            f"/files/{other['id']}?{query}",
            f"{path}?{query.replace('until=1', 'until=2')}",
            f"{path}?{query[:-1]}x",
        ]
        for url in forged:
            assert (await server.http.get(url)).status_code == 401, url
        clock.advance(timedelta(minutes=9))
        assert (await server.http.get(one["url"])).status_code == 200
        clock.advance(timedelta(minutes=7))
        assert (await server.http.get(one["url"])).json()["code"] == "link_ended"


async def test_sec_d4_nobody_sends_or_sees_the_photo_of_another(server: Running, shop: Site) -> None:
    photo = (await put(server, await server.new_token(shop), an_image())).json()
    async with server.visitor(shop) as thief:
        await thief.send("message.send", client_id=str(uuid4()), text="look", attachments=[photo["id"]])

        assert (await thief.expect("nack"))["code"] == "no_such_photo"
        assert thief.messages == []


async def test_a_photo_goes_out_once(server: Running, shop: Site) -> None:
    async with server.visitor(shop) as anna:
        photo = (await put(server, anna.token, an_image())).json()
        first = str(uuid4())
        await anna.send("message.send", client_id=first, text="hello", attachments=[photo["id"]])
        await anna.expect("ack", client_id=first)
        await anna.send("message.send", client_id=str(uuid4()), text="hello", attachments=[photo["id"]])
        assert (await anna.expect("nack"))["code"] == "no_such_photo"
        await anna.send("message.send", client_id=first, text="hello")
        assert (await anna.expect("nack", client_id=first))["code"] == "client_id_conflict"


async def test_photos_that_are_never_sent_have_a_limit(server: Running, shop: Site) -> None:
    token = await server.new_token(shop)
    answers = [(await put(server, token, an_image(size=(8, 8)))).status_code for _ in range(21)]

    assert answers == [200] * 20 + [429]  # as quick as that: the limit a minute comes first


async def test_card_numbers_are_covered_before_they_are_stored(server: Running, shop: Site) -> None:
    async with server.visitor(shop) as anna:
        photo = (await put(server, anna.token, an_image(), alt="my card, 4111 1111 1111 1111, 12/27 123")).json()
        assert photo["alt"] == "my card, •••• 1111, 12/27 123"
        ack = await anna.say("my card is 4111 1111 1111 1111")
        assert (await anna.expect("message.created", client_id=ack["client_id"]))["text"] == "my card is •••• 1111"
        again = await anna.say("my card is 4111 1111 1111 1111", client_id=ack["client_id"])

    assert again["duplicate"] is True
    async with server.agent(shop) as maya:
        written = {"client_id": str(uuid4()), "conversation_id": ack["conversation_id"], "note": True}
        await maya.send("message.send", **written, text="paid with 4111 1111 1111 1111")
        await maya.expect("ack", client_id=written["client_id"])
    assert b"4111 1111" not in server.settings.database.read_bytes()
    wal = server.settings.database.with_name(f"{server.settings.database.name}-wal")
    assert b"4111 1111" not in wal.read_bytes()
