"""A shop that does not answer is no dead end: the visitor hears what happens next, and a person looks it up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.outgoing import OutgoingError
from app.shops.connectors import FoundOrder
from app.shops.remote import RemoteShop
from bot.ports import CaseKind, Services
from tests.dialogs.rider import Load, Rider, words
from tests.shops import stocked


class SilentOrders:
    async def find(self, number: str, proof: str) -> FoundOrder | None:
        raise OutgoingError("shop.example took longer than 10 s")


@pytest.fixture
async def silent(tmp_path: Path) -> Services:
    services = await stocked(tmp_path / "shop.db")
    return replace(services, shop=RemoteShop(services.shop, SilentOrders(), services.clock))


async def test_the_visitor_hears_a_day_and_a_person_gets_the_order(silent: Services, loaded: Load) -> None:
    rider = Rider(loaded(silent), "visitor-of-a-silent-shop")
    await rider.says("where is my order 1042?")
    turn = await rider.says("jonas.weber@example.com")
    (case,) = await silent.cases.list(rider.visitor_id)
    assert (case.kind, case.order_number) == (CaseKind.DELIVERY, "1042")
    assert case.number in words(turn)
    assert "Thu 26 Nov" in words(turn)
    assert turn.wish is not None
    assert turn.wish.reason == "shop_silent"


async def test_fit_is_answered_while_the_order_book_is_silent(silent: Services, loaded: Load) -> None:
    rider = Rider(loaded(silent), "visitor-who-asks-of-fit")
    turn = await rider.says("does the fell r fit my 2022 mt07?")
    assert [message.card for message in turn.messages if message.card is not None]
