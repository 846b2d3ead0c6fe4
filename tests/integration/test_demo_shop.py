"""The shop page of the demonstration, asked as a browser asks it."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from app.demo.shop import DATA, shop_app
from app.shops.samples import BadSample, read_sample

CHAT = "https://chat.example:8443"
CONSOLE = f"{CHAT}/console/"
HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp; "
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "script-src": CHAT,
    "frame-src": CHAT,
    "connect-src": CHAT,
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


class Page(HTMLParser):
    """What a browser makes of the page: its elements with their attributes, its words, what stands inside scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside_scripts = ""
        self._inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.inside_scripts += data
        elif data.strip():
            self.words.append(" ".join(data.split()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


def a_shop(site_key: str = "larkmoor", chat_url: str = CHAT, data: Path = DATA) -> Starlette:
    return shop_app(chat_url, site_key, CONSOLE, data=data)


async def ask(shop: Starlette, path: str = "/") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(shop), base_url="http://shop.example") as client:
        return await client.get(path)


async def page_of(shop: Starlette) -> Page:
    return Page((await ask(shop)).text)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The sample's files, to be changed."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def put_part(data: Path, **values: object) -> None:
    parts = json.loads((data / "parts.json").read_text("utf-8"))
    part = {"sku": "X-1", "name": "New", "line": "New", "family": "new", "price": 650, "currency": "EUR", "stock": 5}
    (data / "parts.json").write_text(json.dumps([*parts, {**part, **values}]), "utf-8")


@pytest.mark.parametrize("chat_url", [CHAT, f"{CHAT}/"])
async def test_the_page_carries_the_loader_of_its_site(chat_url: str) -> None:
    (loader,) = (await page_of(a_shop(chat_url=chat_url))).all("script")
    assert loader["src"] == f"{CHAT}/widget.js"
    assert loader["data-site"] == "larkmoor"
    assert "async" in loader


async def test_a_hostile_site_key_stays_one_attribute() -> None:
    hostile, friendly = await page_of(a_shop(HOSTILE)), await page_of(a_shop())
    (loader,) = hostile.all("script")
    assert loader["data-site"] == HOSTILE
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in friendly.elements]


async def test_hostile_words_in_the_catalogue_stay_words(data: Path) -> None:
    for family in ("spare", "slip-on"):
        facts = {HOSTILE: HOSTILE}
        put_part(data, sku=f"{HOSTILE}{family}", name=HOSTILE, line=HOSTILE, family=family, page=HOSTILE, facts=facts)
    page = await page_of(a_shop(data=data))
    assert len(page.all("script")) == 1
    assert page.inside_scripts == ""
    assert "x" not in page.values("src")
    assert HOSTILE.strip() in page.words


@pytest.mark.parametrize("path", ["/", "/shop.css", "/pictures/fell-2.svg", "/pictures/none.svg", "/nowhere"])
async def test_every_answer_is_guarded(path: str) -> None:
    headers = (await ask(a_shop(), path)).headers
    policy = dict(directive.split(maxsplit=1) for directive in headers["content-security-policy"].split(";"))
    assert policy == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


async def test_the_policy_names_the_chats_origin_without_its_path() -> None:
    headers = (await ask(a_shop(chat_url="http://localhost:8000/chat"))).headers
    assert "script-src http://localhost:8000;" in headers["content-security-policy"]


@pytest.mark.parametrize("chat_url", ["chat.example", "javascript:alert(1)", "https://a;script-src *", "https://a b"])
def test_a_chat_url_that_is_none_is_refused(chat_url: str) -> None:
    with pytest.raises(ValueError, match="is no web address"):
        a_shop(chat_url=chat_url)


async def test_nothing_on_the_page_needs_an_inline_script_or_style() -> None:
    page = await page_of(a_shop())
    assert page.all("style") == []
    assert page.values("style") == []
    assert page.inside_scripts == ""
    assert [name for _, attributes in page.elements for name in attributes if name.startswith("on")] == []


async def test_every_file_the_page_shows_is_served_from_here() -> None:
    shop = a_shop()
    page = await page_of(shop)
    shown = {image["src"] for image in page.all("img")} | {link["href"] for link in page.all("link")}
    assert len(shown) > 8
    for path in shown:
        assert path is not None
        assert path.startswith("/")
        assert (await ask(shop, path)).status_code == 200, path


@pytest.mark.parametrize("path", ["/index.html", "/pictures/../index.html", "/pictures/%2e%2e/index.html"])
async def test_the_pages_fragments_are_not_files_of_the_shop(path: str) -> None:
    assert (await ask(a_shop(), path)).status_code == 404


async def test_every_part_stands_there_with_its_price_and_number() -> None:
    page = await page_of(a_shop())
    text = " ".join(page.words)
    for part in read_sample(DATA).parts:
        assert part.sku in text, part.sku
        assert f"€{part.price // 100}" in page.words, part.sku
        assert part.name in [*page.words, *page.values("alt")] or part.line in page.words


async def test_the_links_of_the_parts_lead_to_their_places() -> None:
    page = await page_of(a_shop())
    anchors = page.values("id")
    assert len(anchors) == len(set(anchors))
    assert {part.page for part in read_sample(DATA).parts} <= set(anchors)
    inside = [href.partition("#")[2] for href in page.values("href") if "#" in href]
    assert inside
    assert set(inside) <= set(anchors)


async def test_each_line_has_its_own_picture_and_a_part_without_one_gets_the_box(data: Path) -> None:
    put_part(data, name="Sump guard", line="Sump guard", family="guard")
    sources = [image["src"] for image in (await page_of(a_shop(data=data))).all("img")]
    for picture in ("fell-1", "fell-2", "fell-r", "link-pipe", "gasket", "db-killer", "repacking-kit", "part"):
        assert f"/pictures/{picture}.svg" in sources


@pytest.mark.parametrize(
    ("stock", "restock", "words"),
    [(5, None, "In stock"), (3, None, "3 left"), (0, 6, "Back in 6 days"), (0, None, "Made to order")],
)
async def test_stock_is_said_in_words(data: Path, stock: int, restock: int | None, words: str) -> None:
    put_part(data, name="Sump guard", stock=stock, restock_in_days=restock)
    page = await page_of(a_shop(data=data))
    after = page.words[page.words.index("Sump guard") :]
    assert after[after.index("€6.50") + 1] == words


async def test_three_sample_orders_and_the_console_are_offered() -> None:
    page = await page_of(a_shop())
    for order in read_sample(DATA).orders[:3]:
        assert page.words[page.words.index(order.number) + 1] == order.email
    assert CONSOLE in page.values("href")


async def test_the_page_says_that_the_brand_is_invented() -> None:
    assert "An invented brand for the Kickstand demonstration." in (await ask(a_shop())).text


def test_mistakes_in_the_catalogue_stop_the_start(data: Path) -> None:
    put_part(data, price=-1)
    with pytest.raises(BadSample, match="price"):
        a_shop(data=data)
