"""Larkmoor's shop page, on an origin of its own: what a shop does to have the chat on its pages, and what to ask it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.gateway.origins import origin_of
from app.shops.samples import Sample, SampleFitment, SampleOrder, SamplePart, read_sample
from bot.ports import OrderStatus

HERE = Path(__file__).parent
FILES = HERE / "shop"
PICTURES = FILES / "pictures"
DATA = HERE / "data"
ACCENT = "#0e5f70"
"""The chat's button wears it from the first moment; later the chat knows the site's own."""
SLIP_ON = "slip-on"
"""The family whose parts are versions of a line, by bike."""
FEW = 4
"""Pieces; from here down the page says how many are left."""
ORDERS = 3
"""So many sample orders stand on the page, the first of the file."""
STATES = {
    OrderStatus.RECEIVED: "Just placed",
    OrderStatus.PACKED: "Packed",
    OrderStatus.IN_TRANSIT: "On its way",
    OrderStatus.OUT_FOR_DELIVERY: "In the van today",
    OrderStatus.PICKUP_READY: "Waiting at the pick-up point",
    OrderStatus.DELIVERED: "Delivered",
    OrderStatus.EXCEPTION: "Held up",
    OrderStatus.RETURNED: "Back with us",
    OrderStatus.CANCELLED: "Cancelled",
}
LABELS = {"legal": "On the road"}
"""Facts of a part whose heading is more than their name."""


class Html(str):
    """Markup that is ready for the page. Every other string is escaped on its way in."""


class Headers:
    """Puts the shop's security headers on every answer."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def shop_app(chat_url: str, site_key: str, console_url: str, *, data: Path = DATA) -> Starlette:
    """The shop page at `/` with its files; the chat comes from `chat_url`, parts and orders from the files in `data`.

    Those are read once, at this call. Raises ValueError when `chat_url` is no web address, BadSample when a file has
    mistakes.
    """
    page = HTMLResponse(_page(read_sample(data), chat_url, site_key, console_url))

    async def home(request: Request) -> HTMLResponse:
        return page

    async def style(request: Request) -> FileResponse:
        return FileResponse(FILES / "shop.css")

    return Starlette(
        routes=[Route("/", home), Route("/shop.css", style), Mount("/pictures", StaticFiles(directory=PICTURES))],
        middleware=[Middleware(Headers, headers=_headers(origin_of(chat_url)))],
    )


def _headers(chat: str) -> dict[str, str]:
    """As strict as a shop can be: of the chat's origin it needs the loader, the frame and what the loader fetches."""
    if re.search(r"[\s;,']", chat):
        raise ValueError(f"{chat!r} is no web address; write it like https://chat.example")
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; script-src {chat}; frame-src {chat};"
        f" connect-src {chat}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cache-Control": "no-cache",
    }


def _page(sample: Sample, chat_url: str, site_key: str, console_url: str) -> Html:
    slip_ons = [part for part in sample.parts if part.family == SLIP_ON]
    others = [part for part in sample.parts if part.family != SLIP_ON]
    source = escape(f"{chat_url.rstrip('/')}/widget.js")
    return _fill(
        "index.html",
        cheapest=_cheapest(slip_ons or sample.parts),
        slip_ons=_join(_line(anchor, parts, sample.fitments) for anchor, parts in _by_page(slip_ons)),
        groups=_join(_group(anchor, parts, sample.fitments) for anchor, parts in _by_page(others)),
        orders=_join(_order(order) for order in sample.orders[:ORDERS]),
        console_url=console_url,
        loader=Html(f'<script src="{source}" data-site="{escape(site_key)}" data-accent="{ACCENT}" async></script>'),
    )


def _by_page(parts: Iterable[SamplePart]) -> Iterable[tuple[str, list[SamplePart]]]:
    """Parts that share an anchor, `fell-2` in `/#fell-2`, in the order of the file."""
    pages: dict[str, list[SamplePart]] = {}
    for part in parts:
        pages.setdefault(part.page or _slug(part.line), []).append(part)
    return pages.items()


def _line(anchor: str, parts: Sequence[SamplePart], fitments: Sequence[SampleFitment]) -> Html:
    first = parts[0]
    return _fill(
        "slip_on.html",
        anchor=anchor,
        line=first.line,
        name=first.name,
        picture=_picture(first),
        price=_cheapest(parts),
        short=_short(first),
        road=first.facts.get("legal", ""),
        versions=_join(_version(part, fitments) for part in parts),
    )


def _version(part: SamplePart, fitments: Sequence[SampleFitment]) -> Html:
    own = [fitment for fitment in fitments if fitment.sku == part.sku]
    facts = {
        "Part number": [part.sku],
        "Fits": [_fits(fitment) for fitment in own],
        **{LABELS.get(name, name.capitalize()): [text] for name, text in part.facts.items()},
        "In the box": [", ".join(part.in_box)],
    }
    stock, tone = _stock(part)
    return _fill(
        "version.html",
        bikes=_bikes(own) or part.name,
        price=_price(part),
        stock=stock,
        tone=tone,
        facts=_join(_fact(label, texts) for label, texts in facts.items() if any(texts)),
    )


def _fact(label: str, texts: Iterable[str]) -> Html:
    return _fill("fact.html", label=label, texts=_join(_fill("text.html", text=text) for text in texts))


def _group(anchor: str, parts: Sequence[SamplePart], fitments: Sequence[SampleFitment]) -> Html:
    label = parts[0].name if len(parts) == 1 else anchor.replace("-", " ").capitalize()
    return _fill("group.html", anchor=anchor, label=label, parts=_join(_part(anchor, part, fitments) for part in parts))


def _part(anchor: str, part: SamplePart, fitments: Sequence[SampleFitment]) -> Html:
    bikes = _bikes([fitment for fitment in fitments if fitment.sku == part.sku])
    stock, tone = _stock(part)
    return _fill(
        "part.html",
        anchor=anchor,
        name=part.name,
        picture=_picture(part),
        short=_short(part),
        sku=part.sku,
        bikes=Html(f" · {bikes}" if bikes else ""),
        price=_price(part),
        stock=stock,
        tone=tone,
    )


def _order(order: SampleOrder) -> Html:
    late = (order.expected_in_days or 0) > (order.promised_in_days or 0)
    state = STATES[order.status] + (", later than promised" if late else "")
    return _fill("order.html", number=order.number, email=order.email, state=state)


def _bikes(fitments: Iterable[SampleFitment]) -> Html:
    """Each bike once, without years, its name kept on one line: "Yamaha MT-07, XSR700, Suzuki SV650"."""
    makes: dict[str, dict[str, None]] = {}
    for fitment in fitments:
        makes.setdefault(fitment.make, {})[fitment.model] = None
    names = (name for make, (first, *rest) in makes.items() for name in (f"{make} {first}", *rest))
    return Html(", ".join(_fill("bike.html", name=name) for name in names))


def _fits(fitment: SampleFitment) -> str:
    needs = f" with {' and '.join(fitment.needs)}" if fitment.needs else ""
    return f"{fitment.make} {fitment.model} {', '.join(map(str, fitment.years))}{needs}"


def _short(part: SamplePart) -> str:
    """What it is made of, or else the first thing to know about it."""
    return part.facts.get("material") or next(iter(part.facts.values()), "")


def _stock(part: SamplePart) -> tuple[str, str]:
    """Words, and the tone they are shown in: "calm" or "wait"."""
    if part.stock > FEW:
        return "In stock", "calm"
    if part.stock > 0:
        return f"{part.stock} left", "calm"
    return (f"Back in {part.restock_in_days} days" if part.restock_in_days else "Made to order"), "wait"


def _price(part: SamplePart) -> str:
    """ "€389", "€6.50", "CHF 420"; prices come in hundredths."""
    sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(part.currency, f"{part.currency} ")
    whole, hundredths = divmod(part.price, 100)
    return f"{sign}{whole:,}" + (f".{hundredths:02}" if hundredths else "")


def _cheapest(parts: Sequence[SamplePart]) -> str:
    return _price(min(parts, key=lambda part: part.price)) if parts else ""


def _picture(part: SamplePart) -> str:
    """The drawing of the part, else our box."""
    return part.picture if part.picture and (PICTURES / part.picture).is_file() else "part.svg"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _join(pieces: Iterable[Html]) -> Html:
    return Html("".join(pieces))


def _fill(fragment: str, /, **values: str) -> Html:
    """The fragment with its places filled; what is not Html is escaped."""
    safe = {key: value if isinstance(value, Html) else escape(value) for key, value in values.items()}
    return Html(Template((FILES / fragment).read_text("utf-8")).substitute(safe))
