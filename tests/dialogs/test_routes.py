"""Every matter takes its way: an answer, an answer with the offer of a person, or a person at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest

from bot import Turn
from tests.dialogs.rider import Rider, cards, chips, words

Route = Literal["bot", "offer", "human"]


@dataclass(frozen=True)
class Way:
    """What riders write about one matter, and how it is served."""

    intent: str
    route: Route
    said: tuple[str, ...]
    shows: str = ""
    """A part of the words or of the card's title."""


WAYS = (
    Way("fit_check", "bot", ("would a fell 1 go on a 2016 mt07", "can the fell r be bolted to my z900?")),
    Way("fit_find", "bot", ("which pipes do you make for a 2022 mt07", "what have you got for my sv650"), ""),
    Way("fit_part_lookup", "bot", ("what is the number LM-F2-0718", "which bikes is the fell 2 made for"), "Fell 2"),
    Way("fit_requirements", "bot", ("do i need anything else to mount the fell 2", "does the fell 1 need a remap"), ""),
    Way("order_status", "bot", ("where is my order", "any tracking for my parcel yet"), "order number"),
    Way("delivery_delayed", "bot", ("my parcel is late", "the tracking has been stuck for days"), "order number"),
    Way("delivered_not_received", "offer", ("it says delivered but i have nothing",), "Parcel trace opened"),
    Way("damaged_in_transit", "offer", ("the box was crushed and the can has a dent",), "Damage reported"),
    Way("wrong_item", "offer", ("i got the wrong part", "that's a different silencer than i ordered"), "Exchange"),
    Way("missing_item", "offer", ("the gasket is missing in my box", "no springs in the parcel"), "Missing"),
    Way("shipping_options", "bot", ("how much is shipping to france", "do you deliver to norway"), "working days"),
    Way("modify_order", "offer", ("please change the address on my order", "add a gasket to my order"), "Change"),
    Way("cancel_order", "offer", ("cancel my order", "i'd like to cancel order 1042"), "Cancellation noted"),
    Way("account_access", "bot", ("i forgot my password", "cannot log in to my account"), "sign-in page"),
    Way("payment_issue", "offer", ("you charged my card twice", "my payment was declined"), "Payment"),
    Way("invoice_request", "bot", ("please send me the invoice", "i need a receipt for my order"), "Document"),
    Way(
        "repair_not_fixed",
        "human",
        ("the repair did not fix it", "repaired by you, it rattles again"),
        "Second look",
    ),
    Way("repair_status", "bot", ("how far is the repair of my bike", "is my bike ready for pickup"), "Workshop asked"),
    Way("book_service", "bot", ("i want to book a workshop appointment", "can you mount the exhaust for me"), "bike"),
    Way("repair_quote", "offer", ("how much would a repair cost", "estimate for fitting please"), "bike"),
    Way("warranty_claim", "offer", ("the weld cracked after a month", "my end cap broke off"), "Warranty claim"),
    Way("warranty_info", "bot", ("how long is the warranty", "what does the guarantee cover"), "3 years"),
    Way("install_help", "bot", ("how do i mount the silencer", "what torque for the clamp"), "22 Nm"),
    Way(
        "install_problem",
        "offer",
        ("the bracket doesn't line up", "the link pipe won't go on"),
        "Where does it stop",
    ),
    Way("running_problem", "offer", ("my bike runs rough since i fitted it", "it backfires a lot now"), "Safety first"),
    Way("spare_parts", "bot", ("can i buy a single spring", "i need a spare clamp"), "Spare part"),
    Way("return_request", "offer", ("i want to return my silencer", "send me a return label"), "Return opened"),
    Way("return_policy", "bot", ("how long can i return things", "what are your return terms"), "30 days"),
    Way("refund_status", "offer", ("where is my refund", "when do i get my money back"), "Refund being traced"),
    Way("sound_level", "bot", ("how loud is the fell r", "decibels of the fell 2?"), "dB"),
    Way("street_legal", "bot", ("is the fell r road legal", "does the fell 2 have an e-mark"), ""),
    Way("material_finish", "bot", ("what is the fell 2 made of", "is the fell 1 stainless steel"), "Fell"),
    Way("performance_weight", "bot", ("how heavy is the fell 2", "how much power does the fell r add"), "Fell"),
    Way("stock_availability", "bot", ("is the fell 1 in stock", "when is the fell 2 back in stock"), "stock"),
    Way("price_discount", "bot", ("what does the fell r cost", "any discount on the fell 2"), "€"),
    Way("whats_in_box", "bot", ("what comes in the box of the fell 1", "is a gasket included with the fell r"), "box"),
    Way("care_maintenance", "bot", ("how do i clean the fell 2", "how often do i repack the fell 1"), "Fell"),
    Way("dealer_locator", "bot", ("is there a dealer near munich", "where can i buy it in a shop"), "Nearest fitter"),
    Way("store_hours", "bot", ("what are your opening hours", "are you open on saturday"), "09:00 to 18:00"),
    Way("human_request", "human", ("i want to talk to a person", "get me a human please")),
    Way("callback_request", "human", ("please call me back", "could somebody phone me")),
    Way("complaint", "human", ("this is terrible service", "i'm really disappointed with you")),
    Way("repeat_contact", "human", ("i wrote to you twice already about this", "third time i'm asking")),
    Way("safety_legal_urgent", "human", ("the exhaust came off while riding", "i will call my lawyer")),
    Way("greeting", "bot", ("hello there", "good morning"), "what can we sort out"),
    Way("thanks", "bot", ("thank you so much", "cheers, that helped"), ""),
    Way("goodbye", "bot", ("bye for now", "see you"), "Ride safe"),
    Way("bot_identity", "bot", ("am i talking to a bot", "are you a robot?"), "software"),
    Way("praise", "bot", ("i love the sound of my new pipe", "you guys did a great job"), "makes our day"),
    Way("out_of_scope", "bot", ("what is the capital of peru", "sing me a song"), "new to me"),
)
SAID = [(way, text) for way in WAYS for text in way.said]
DESK = "Talk to a person"


def shown(turn: Turn) -> str:
    """All that the visitor reads: words, and titles of cards."""
    titles = [str(card.get("title") or card.get("headline")) for card in cards(turn)]
    return "\n".join([words(turn), *titles])


def test_every_matter_has_its_way() -> None:
    assert len({way.intent for way in WAYS}) == 50


@pytest.mark.parametrize(("way", "text"), SAID, ids=[f"{way.intent}: {text}" for way, text in SAID])
async def test_a_matter_takes_its_way(rider: Rider, way: Way, text: str) -> None:
    turn = await rider.says(text)
    assert turn.trace.intent == way.intent
    assert way.shows.lower() in shown(turn).lower()
    if way.route == "human":
        assert turn.wish is not None
        return
    assert turn.wish is None
    assert turn.failures == ()
    assert shown(turn).strip()
    if way.route == "offer" and not rider.tracker.active_loop:
        people = [button for message in turn.messages for button in message.buttons]
        assert any(button.payload == "/human_request" for button in people), chips(turn)


@pytest.mark.parametrize("way", [way for way in WAYS if way.route != "human"], ids=lambda way: way.intent)
async def test_in_the_middle_of_any_matter_a_person_is_one_word_away(rider: Rider, way: Way) -> None:
    await rider.says(way.said[0])
    turn = await rider.says("i want to speak to a person")
    assert turn.wish is not None
    assert turn.messages == ()
