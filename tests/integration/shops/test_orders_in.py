"""Orders that shops send: by file, all or none, and by a push that only they can sign."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner, Result

from app.cli import app
from app.errors import StartupRefused
from app.shops.connections import read_connections
from app.shops.database import DatabaseShop
from bot.ports import Order, OrderStatus
from tests.conftest import Start
from tests.running import Running
from tests.shops import now, sessions_on

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # pragma: allowlist secret
ORDER: dict[str, Any] = {
    "number": "#3001",
    "email": "Rider@Example.com",
    "postcode": "sw1a 1aa",
    "status": "in_transit",
    "placed_at": "2026-11-20T10:00:00Z",
    "promised_for": "2026-11-24",
    "tracking_number": "1Z5R89390357567127",
    "lines": [{"sku": "QX-10", "name": "Quill slip-on", "quantity": 1}],
    "events": [
        {"label": "Handed over", "at": "2026-11-21T10:00:00Z"},
        {"label": "Sorted", "at": "2026-11-22T10:00:00+01:00", "scan": True},
    ],
}
CSV = """number,email,postcode,status,placed_at,sku,name,quantity
3001,rider@example.com,SW1A 1AA,packed,2026-11-20T10:00:00Z,QX-10,Quill slip-on,1
3001,rider@example.com,SW1A 1AA,packed,2026-11-20T10:00:00Z,QX-LP,Link pipe,2
3002,,10115,received,2026-11-20T10:00:00Z,QX-10,Quill slip-on,1
"""


@pytest.fixture
def kickstand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", "0aB9xKq3LmZpR7tYwVu5sHdJfGnC2e8Q")  # pragma: allowlist secret
    monkeypatch.setenv("KICKSTAND_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    runner.invoke(app, ["site", "add", "quill", "--name", "Quill", "--origin", "https://quill.example"])
    return runner


def run(kickstand: CliRunner, tmp_path: Path, text: str, *options: str) -> Result:
    (tmp_path / "orders.file").write_text(text, "utf-8")
    return kickstand.invoke(app, ["import", "orders", str(tmp_path / "orders.file"), *options])


def told(tmp_path: Path, number: str, proof: str) -> Order:
    """The order as the bot gets it."""
    with closing(sqlite3.connect(tmp_path / "kickstand.db")) as connection:
        ((site_id,),) = connection.execute("SELECT id FROM site").fetchall()
    order = anyio.run(DatabaseShop(sessions_on(tmp_path / "kickstand.db"), site_id, now).order, number, proof)
    assert order is not None
    return order


def test_orders_of_a_sheet_are_told_with_all_their_positions(kickstand: CliRunner, tmp_path: Path) -> None:
    assert run(kickstand, tmp_path, CSV).exit_code == 0
    assert run(kickstand, tmp_path, CSV).exit_code == 0  # the same orders again replace themselves
    order = told(tmp_path, "3001", "rider@example.com")
    assert [(line.sku, line.quantity) for line in order.lines] == [("QX-10", 1), ("QX-LP", 2)]
    assert told(tmp_path, "3002", "10115").status is OrderStatus.RECEIVED


def test_an_order_as_json_brings_days_scans_and_the_carrier_of_its_number(kickstand: CliRunner, tmp_path: Path) -> None:
    assert run(kickstand, tmp_path, json.dumps([ORDER])).exit_code == 0
    order = told(tmp_path, "3001", "SW1A1AA")
    assert (order.carrier, order.late_days(now().date()), order.quiet_days(now())) == ("UPS", 1, 3)


def test_every_bad_order_is_listed_and_none_is_kept(kickstand: CliRunner, tmp_path: Path) -> None:
    bad = [
        ORDER,
        {**ORDER, "number": "3002", "status": "lost in space"},
        {**ORDER, "number": "3003", "placed_at": "yesterday"},
        {**ORDER, "number": "3004", "email": "", "postcode": ""},
        ORDER,
    ]
    result = run(kickstand, tmp_path, json.dumps(bad), "--json")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert report["is_written"] is False
    assert [each["line"] for each in report["bad_rows"]][:3] == [2, 3, 4]
    assert "twice" in result.stdout


@pytest.mark.parametrize("text", ["", "[1, 2", "no,such,columns\n1,2,3\n", '{"orders": 7}'])
def test_a_file_that_is_none_is_refused(kickstand: CliRunner, tmp_path: Path, text: str) -> None:
    assert run(kickstand, tmp_path, text).exit_code == 2


def signed(body: bytes, *, secret: str = SECRET, at: datetime | None = None) -> dict[str, str]:
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", moment, body.decode()),
    }


async def push(server: Running, body: bytes, headers: dict[str, str], site: str) -> httpx.Response:
    return await server.http.post("/v1/orders", params={"site": site}, content=body, headers=headers)


async def test_a_signed_push_is_kept_and_every_other_is_refused_alike(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUILL_ORDERS", SECRET)
    shops = tmp_path / "shops.toml"
    shops.write_text('[quill]\nwebhook_secret_env = "QUILL_ORDERS"\n', "utf-8")
    async with start(shops=shops) as server:
        site = await server.services.people.put_site(
            "quill",
            name="Quill",
            accent="#000000",
            greeting="Hi",
            starters=[],
            origins=[],
            hours={"tz": "UTC", "weekly": {}},
        )
        body = json.dumps({"orders": [ORDER, {**ORDER, "number": "3002"}]}).encode()
        answer = await push(server, body, signed(body), "quill")
        assert (answer.status_code, answer.json()) == (200, {"kept": 2})
        one = json.dumps({**ORDER, "status": "delivered"}).encode()
        assert (await push(server, one, signed(one), "quill")).json() == {"kept": 1}
        order = await DatabaseShop(server.services.writes, site.id, now).order("3001", "SW1A1AA")
        assert order is not None
        assert order.status is OrderStatus.DELIVERED

        other = "whsec_" + "A" * 32  # pragma: allowlist secret
        refused = [
            await push(server, body, {}, "quill"),
            await push(server, body, signed(body, secret=other), "quill"),
            await push(server, body + b" ", signed(body), "quill"),
            await push(server, body, signed(body, at=datetime.now(UTC) - timedelta(minutes=6)), "quill"),
            await push(server, body, signed(body), "no-such-site"),
            await push(server, body, {**signed(body), "webhook-signature": "v1,not base64!"}, "quill"),
        ]
        assert {(each.status_code, each.json()["message"]) for each in refused} == {
            (401, "This site takes no orders, or the signature is another's.")
        }
        for bad in (b"{", b"[]", b'{"orders": []}', json.dumps({**ORDER, "status": "?"}).encode(), b'{"x": 1}'):
            assert (await push(server, bad, signed(bad), "quill")).status_code in {400, 422}
        flood = b" " * 1_100_000
        assert (await push(server, flood, signed(b" "), "quill")).status_code == 413


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[quill]\norders = 'myspace'", "orders"),
        ("[quill]\norders = 'shopify'", "url and secret_env"),
        ("[quill]\nsecret_env = 'NOWHERE'", "NOWHERE is empty"),
        ("[quill]\ncolour = 'red'", "colour"),
        ("quill = 3", "[site-key]"),
        ("[quill", "shops.toml"),
    ],
)
def test_a_file_of_shops_with_a_mistake_stops_the_start_in_words(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "shops.toml").write_text(text, "utf-8")
    with pytest.raises(StartupRefused) as refused:
        read_connections(tmp_path / "shops.toml", {})
    assert named in str(refused.value)
