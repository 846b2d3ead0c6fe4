"""The states of the chat that every engine has to show: what is done to bring each about, and what must hold there.

In every one axe objects to nothing, and no policy refuses anything: the network hears of it from the first byte on.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.e2e.answerers import Answerer
from tests.e2e.demo import Demo
from tests.e2e.guests import (
    CARD,
    CHIP,
    CLOSED,
    COMPOSER,
    HAS_LAUNCHER,
    PILL,
    STARTERS,
    WAITING,
    Guest,
)
from tests.e2e.networks import Network, Trouble
from tests.e2e.visitors import COMPLAINT, FIT_QUESTION, YEARS
from tests.e2e.windows import Engine, Where

FIVE = ["one thing first", "and a second thing", "a third thing too", "a fourth as well", "and the fifth"]
DELIVERY = 'all("[data-delivery={}]")[0]'
AGAIN = 'named("button", "Send again")'
GROUND = "getComputedStyle(document.querySelector('main')).backgroundColor.match(/[0-9.]+/g).map(Number)"
ELSEWHERE = "new Image().src = 'ftp://localhost/x.png'"
IN_SIGHT = """[{}].every((e) => {{ const box = e.getBoundingClientRect();
  return box.x >= 0 && box.y >= 0 && box.right <= innerWidth && box.bottom <= innerHeight; }})"""
NO_SIDEWAYS = "document.documentElement.scrollWidth <= innerWidth"
SEND = "all('button[type=submit]')[0]"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a state is brought about. `offline_for`: milliseconds that a visitor is cut off at least."""

    engine: Engine
    network: Network
    demo: Demo
    login: tuple[str, str]
    offline_for: int

    async def guest(self, *, dark: bool = False, stores: bool = True) -> Guest:
        """Somebody new on the shop's page."""
        return await Guest.arrive(await self.engine.window(dark=dark, stores=stores), self.demo)


async def clean(guest: Guest, state: str, where: Where = "chat") -> None:
    objections = await guest.window.objections(where)
    assert objections == [], f"{state}: {objections}"


async def chat(scene: Scene) -> None:
    guest = await scene.guest()
    await clean(guest, "closed", "page")
    await guest.open_chat()
    await guest.window.until("chat", STARTERS)
    await clean(guest, "home")
    await guest.say(FIT_QUESTION)
    await guest.window.until("chat", CHIP)
    await clean(guest, "quick replies")
    await guest.window.click("chat", CHIP)
    await guest.window.until("chat", CARD)
    await clean(guest, "a card")
    await clean(guest, "the page, with the chat open", "page")


async def handoff(scene: Scene) -> None:
    """And a reload of what was seen."""
    guest = await scene.guest()
    await guest.open_chat()
    words = f"{COMPLAINT} in {guest.window.kind}"
    await guest.complain(words)
    await clean(guest, "waiting")
    async with Answerer.of(scene.demo, scene.login, words) as agent:
        await agent.say("Hello, Maya here.")
        await guest.reads("Hello, Maya here.")
        await guest.say("thanks for coming")
        await agent.type(on=True)
        await guest.window.until("chat", 'named("[role=status]", "is typing")')
        await agent.read()
        await guest.window.until("chat", DELIVERY.format("seen"))
        await clean(guest, "seen by a person who types")
        await guest.come_back()
        await guest.window.until("chat", DELIVERY.format("seen"))
        await guest.heard([words, "thanks for coming"])
        await agent.resolve()
        await guest.window.until("chat", 'named("button", "Yes, solved")')
        await clean(guest, "closed by the agent: is it solved")


async def reload_while_waiting_to_send(scene: Scene) -> None:
    guest = await _at_home(scene)
    scene.network.suffer(Trouble.SILENT)
    await guest.say(FIVE[0])
    await guest.reads("Waiting to send")
    await clean(guest, "waiting to send")
    await guest.come_back()
    await guest.reads("Waiting to send")
    await _arrives(scene, guest)


async def reload_while_sending(scene: Scene) -> None:
    guest = await _at_home(scene)
    await guest.say(FIVE[0])
    await guest.window.until("chat", DELIVERY.format("sent"))
    scene.network.suffer(Trouble.SWALLOWED)
    await guest.say(FIVE[1])
    await guest.window.until("chat", DELIVERY.format("sending"))
    await clean(guest, "sending")
    scene.network.mend()
    await guest.come_back()
    await _arrives(scene, guest, FIVE[:2])


async def reload_when_sent(scene: Scene) -> None:
    guest = await _at_home(scene)
    await guest.say(FIVE[0])
    await guest.window.until("chat", DELIVERY.format("sent"))
    await clean(guest, "sent")
    await guest.come_back()
    await _arrives(scene, guest)


async def reload_when_not_sent(scene: Scene) -> None:
    """The server refuses for good what it cannot read."""
    scene.network.suffer(Trouble.GARBLED)
    guest = await _at_home(scene)
    await guest.say(FIVE[0])
    await guest.window.until("chat", AGAIN)
    await clean(guest, "not sent")
    await guest.come_back()
    await guest.window.until("chat", AGAIN)
    scene.network.mend()
    await guest.window.click("chat", AGAIN)
    await _arrives(scene, guest)


async def websockets_blocked(scene: Scene) -> None:
    scene.network.suffer(Trouble.NO_WEBSOCKETS)
    guest = await scene.guest()
    await guest.open_chat()
    await guest.ask_about_fit()
    await clean(guest, "over plain HTTP")
    await guest.come_back()
    await guest.window.until("chat", CARD)
    await guest.heard([FIT_QUESTION, YEARS])


async def storage_blocked(scene: Scene) -> None:
    guest = await scene.guest(stores=False)
    await guest.open_chat()
    await guest.ask_about_fit()
    await guest.reads("the chat is kept until you close this tab")
    await clean(guest, "kept for the tab")
    await guest.window.press("Escape")
    await guest.window.click("page", CLOSED)
    await guest.window.until("chat", CARD)


async def offline_with_five_messages(scene: Scene) -> None:
    guest = await _at_home(scene)
    began = await guest.window.value("chat", "performance.now()")
    scene.network.suffer(Trouble.CUT)
    for words in FIVE:
        await guest.say(words)
    await guest.reads("Waiting to send · 5 messages")
    await clean(guest, "five messages wait")
    await guest.window.until("chat", f"performance.now() >= {began + scene.offline_for}")
    await guest.reads("Waiting to send · 5 messages")
    await _arrives(scene, guest, FIVE)


async def two_tabs(scene: Scene) -> None:
    first = await _at_home(scene)
    await first.say(FIVE[0])
    await first.window.until("chat", DELIVERY.format("sent"))
    second = await first.beside()
    await second.reads(FIVE[0])
    await second.say(FIVE[1])
    await first.reads(FIVE[1])
    scene.network.suffer(Trouble.CUT)
    await first.say(FIVE[2])
    await second.reads(FIVE[2])
    await clean(second, "what waits in the other tab")
    await _arrives(scene, first, FIVE[:3])
    await second.no_longer_reads("Waiting to send")
    await second.heard(FIVE[:3], FIVE)


async def keyboard_alone(scene: Scene) -> None:
    guest = await scene.guest()
    window = guest.window
    await window.tab_to("page", HAS_LAUNCHER)
    await window.press("Enter")
    await guest.can_write()
    await window.press(*FIT_QUESTION, "Enter")
    await window.until("chat", CHIP)
    await window.tab_to("chat", f"document.activeElement === {CHIP}", back=True)
    await clean(guest, "focus on a quick reply")
    await window.press("Enter")
    await window.until("chat", CARD)
    # Where the chip was there is nothing any more; the keyboard still is in the chat.
    await window.until("chat", "document.hasFocus() && document.activeElement !== document.body")
    await window.press("Escape")
    await window.until("page", HAS_LAUNCHER)
    await window.press("Enter")
    await guest.can_write()


async def twice_the_size(scene: Scene) -> None:
    """A window of 1280x800 at 200 % has the room of one of 640x400."""
    guest = await scene.guest()
    await guest.window.resize(640, 400, zoom=2)
    await guest.window.until("page", "innerWidth === 640 && innerHeight === 400")
    await guest.open_chat()
    await guest.ask_about_fit()
    assert await guest.window.value("chat", NO_SIDEWAYS)
    await guest.window.until("chat", IN_SIGHT.format(f"{PILL}, {COMPOSER}, {SEND}"))
    await clean(guest, "200 %")


async def phone(scene: Scene) -> None:
    guest = await scene.guest()
    await guest.window.resize(390, 844)
    await guest.window.until("page", "innerWidth === 390 && innerHeight === 844")
    await guest.open_chat()
    await guest.ask_about_fit()
    assert await guest.window.value("chat", "[innerWidth, innerHeight]") == [390, 844]
    assert await guest.window.value("chat", NO_SIDEWAYS)
    await guest.window.until("chat", IN_SIGHT.format(f"{PILL}, {COMPOSER}, {SEND}"))
    await clean(guest, "on a phone")
    await guest.window.click("chat", 'named("header button", "Close chat")')
    await guest.window.until("page", CLOSED)


async def dark(scene: Scene) -> None:
    guest = await scene.guest(dark=True)
    await guest.open_chat()
    await guest.ask_about_fit()
    assert sum((await guest.window.value("chat", GROUND))[:3]) < 180
    await clean(guest, "dark")


async def strict_policies(scene: Scene) -> None:
    """Nothing is refused on a whole walk; what is refused would have been heard of, from both documents."""
    guest = await scene.guest()
    await guest.open_chat()
    await guest.ask_about_fit()
    await guest.complain()
    await guest.come_back()
    await guest.window.until("chat", WAITING)
    assert scene.network.reports == []
    await guest.window.value("page", ELSEWHERE)
    await guest.window.value("chat", ELSEWHERE)
    await scene.network.heard_of(2)
    told = [json.loads(report)["csp-report"]["document-uri"].split("?")[0] for report in scene.network.reports]
    assert sorted(told) == sorted([scene.demo.shop, f"{scene.demo.console.removesuffix('console/')}widget/frame"])
    scene.network.reports.clear()


async def _at_home(scene: Scene) -> Guest:
    """Somebody new in the open chat, which is connected."""
    guest = await scene.guest()
    await guest.open_chat()
    await guest.window.until("chat", STARTERS)
    return guest


async def _arrives(scene: Scene, guest: Guest, said: Sequence[str] = FIVE[:1]) -> None:
    """What was said stands there sent, once and in order, also after another reload."""
    scene.network.mend()
    await guest.window.until("chat", DELIVERY.format("sent"))
    await guest.no_longer_reads("Waiting to send")
    await guest.heard(said, FIVE)
    await guest.come_back()
    await guest.reads(said[-1])
    await guest.window.until("chat", DELIVERY.format("sent"))
    await guest.heard(said, FIVE)


STATES: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    chat,
    handoff,
    reload_while_waiting_to_send,
    reload_while_sending,
    reload_when_sent,
    reload_when_not_sent,
    websockets_blocked,
    storage_blocked,
    offline_with_five_messages,
    two_tabs,
    keyboard_alone,
    twice_the_size,
    phone,
    dark,
    strict_policies,
)
