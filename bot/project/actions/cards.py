"""Cards: what the widget shows beside the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, TypeAlias

from bot.ports import Case, Fit, Order, OrderStatus, OrderStep, Part, Verdict, YearRange

from . import days
from .plans import Plan

Card: TypeAlias = Mapping[str, Any]


def fit_card(fit: Fit, machine: str, asked: str, zone: tzinfo) -> Card:
    """The verdict on `asked` for `machine` ("2019 MT-07"). Raises ValueError for an unknown fit, which has none."""
    other = fit.verdict is Verdict.OTHER_SUITS
    part = fit.alternative if other else fit.part
    if part is None:
        raise ValueError(f"a fit card needs a part; {fit.verdict} has none")
    return {
        "kind": "fit",
        "verdict": fit.verdict.value,
        "headline": f"Your {machine} takes the {part.line}" if other else f"Fits your {machine}",
        "sub": _starts(asked, fit.asked_years, fit.vehicle.model) if other else None,
        "part": {
            "sku": part.sku,
            "name": part.name,
            "price": {"amount": part.price.amount, "currency": part.price.currency} if part.price else None,
            "stock": stock_words(part),
            "image": part.image,
            "url": part.url,
        },
        "notes": list(fit.notes),
        "in_box": list(part.in_box),
        "needs": [
            {"sku": need.sku, "name": f"{need.name}, {need.price}" if need.price else need.name} for need in fit.needs
        ],
        "source": _source(fit, zone),
        "action": {"label": f"See the {part.line}", "url": part.url} if part.url else None,
    }


def stock_words(part: Part) -> str:
    """ "in stock", "last 2 in stock", "back Tue 1 Dec", "made to order"; without a count "stock on request"."""
    if part.stock is None:
        return "stock on request"
    if part.stock > 3:
        return "in stock"
    if part.stock > 0:
        return f"last {part.stock} in stock"
    return f"back {days.full(part.restock_on)}" if part.restock_on else "made to order"


def _source(fit: Fit, zone: tzinfo) -> str:
    if fit.checked_at is None:
        return fit.source
    return f"{fit.source}, {days.month_day(fit.checked_at.astimezone(zone).date())}"


def _starts(asked: str, years: Sequence[YearRange], model: str) -> str | None:
    """Which years of this model the asked part is made for."""
    if not years:
        return f"The {asked} is made for other bikes"
    first, last = years[0].first, years[-1].last
    if last is None and first is not None:
        return f"The {asked} starts with the {first} {model}"
    return f"The {asked} is made for {', '.join(str(each) for each in years)}"


def order_card(order: Order, now: datetime, zone: tzinfo) -> Card:
    """The way of an order; the headline is its day."""
    today = now.astimezone(zone).date()
    late = order.late_days(today)
    arrives = _arrives(order, today)
    mark, tone = _mark(order, late)
    return {
        "kind": "order",
        "number": order.number,
        "mark": mark,
        "tone": tone,
        "headline": _headline(order, arrives, late, zone),
        "sub": _sub(order, late),
        "steps": [_step(step, now, zone, arrives) for step in order.steps],
        "action": {"label": "Follow the parcel", "url": order.tracking_url} if order.tracking_url else None,
    }


def _arrives(order: Order, today: date) -> date | None:
    """The day to expect it; one that has passed says nothing any more."""
    expected = order.expected_for or order.promised_for
    return expected if expected is not None and expected >= today else None


def _mark(order: Order, late: int) -> tuple[str, str]:
    match order.status:
        case OrderStatus.DELIVERED:
            return "Delivered", "calm"
        case OrderStatus.CANCELLED:
            return "Cancelled", "calm"
        case OrderStatus.RETURNED:
            return "Returned", "calm"
        case OrderStatus.PICKUP_READY:
            return "Ready for you", "calm"
        case _:
            return ("On time", "calm") if late == 0 else (f"{late} day{'s' if late > 1 else ''} late", "wait")


def _headline(order: Order, arrives: date | None, late: int, zone: tzinfo) -> str:
    match order.status:
        case OrderStatus.DELIVERED:
            return (
                f"Delivered {days.full(order.delivered_at.astimezone(zone).date())}"
                if order.delivered_at
                else "Delivered"
            )
        case OrderStatus.CANCELLED:
            return "Cancelled, money sent back"
        case OrderStatus.RETURNED:
            return "Back with us, money sent back"
        case OrderStatus.PICKUP_READY:
            return "Ready at the pick-up point"
        case _ if arrives is None:
            return "New day being fixed"
        case _:
            return f"{'Now expected' if late else 'Arrives'} {days.full(arrives)}"


def _sub(order: Order, late: int) -> str | None:
    if order.status in {OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.RETURNED, OrderStatus.PICKUP_READY}:
        return order.carrier
    if late and order.promised_for:
        return f"first promised for {days.full(order.promised_for)}"
    return ", ".join(each for each in (order.window, order.carrier) if each) or None


def _step(step: OrderStep, now: datetime, zone: tzinfo, arrives: date | None) -> Card:
    at = days.moment(step.at, now, zone) if step.at else days.short(arrives) if arrives else None
    return {"label": step.label, "detail": step.detail, "at": at, "state": step.state}


ORDER_NUMBER = "Order number"
"""The label under which forms ask for it."""


def order_form(case: Case, plan: Plan) -> Card:
    """The form that completes a case: its order, and what else helps."""
    fields: list[Card] = [{"name": "order_number", "label": ORDER_NUMBER}]
    if plan.detail is not None:
        fields.append(
            {
                "name": "detail",
                "label": plan.detail.label,
                "kind": plan.detail.kind,
                "options": list(plan.detail.options),
                "required": False,
            }
        )
    return {"kind": "form", "title": f"For {case.number}", "send": "Add to my case", "fields": fields}


def case_card(case: Case, plan: Plan, *, brief: bool = False) -> Card:
    """A case with its three steps and the day the visitor hears back; `brief` leaves the steps out."""
    about = f" for order #{case.order_number}" if case.order_number else ""
    return {
        "kind": "case",
        "number": case.number,
        "title": f"{plan.title}{about}",
        "lines": [] if brief else list(plan.steps),
        "due": days.full(case.due_on),
    }
