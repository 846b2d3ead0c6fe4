"""The orders of a visitor as they stand now, for who answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from app.persistence.catalogue import ShopOrderRow
from app.persistence.database import Sessions
from app.shops.proof import email as stored_email
from app.shops.proof import order_number
from bot.ports import Order, Shop, ShopSilent

MOST = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Orders, the newest first. `is_silent`: the shop did not answer, so some may be missing."""

    orders: tuple[Order, ...] = ()
    proved: frozenset[str] = frozenset()
    """Numbers of those that were named in the chat with their proof; the others go by an address alone."""
    is_silent: bool = False


async def orders_of(
    shop: Shop, sessions: Sessions, site_id: str, *, email: str | None, slots: Mapping[str, Any]
) -> Standing:
    """What may be the visitor's: of our own order book by the address that they left, and what they proved in the chat.

    Nothing is looked up by a number alone.
    """
    wanted: dict[str, str] = {}
    if email:
        own = (
            select(ShopOrderRow.number)
            .where(ShopOrderRow.site_id == site_id, ShopOrderRow.email == stored_email(email))
            .order_by(col(ShopOrderRow.placed_at).desc())
            .limit(MOST)
        )
        async with sessions() as session:
            wanted = dict.fromkeys(await session.exec(own), email)
    said = slots.get("order_number"), slots.get("order_proof")
    proved = frozenset({order_number(str(said[0]))} if all(said) else ())
    if all(said):
        wanted[order_number(str(said[0]))] = str(said[1])
    found, silent = [], False
    for number, proof in wanted.items():
        try:
            order = await shop.order(number, proof)
        except ShopSilent:
            silent = True
            continue
        if order is not None:
            found.append(order)
    once = {order.number: order for order in found}
    newest = sorted(once.values(), key=lambda order: order.placed_at, reverse=True)
    return Standing(tuple(newest[:MOST]), proved, silent)
