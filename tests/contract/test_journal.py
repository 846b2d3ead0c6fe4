"""What `app.persistence.journal.Journal` promises, asked of each implementation.

A backend joins by adding its opener to `OPENERS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID, uuid4

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.backplane import Changed, Signal
from app.conversations import TRANSITIONS, BotSaid, Conversation, Entry, Said, Status, Step, VisitorId
from app.errors import ClientIdConflict, NoSuchConversation, PayloadNotOffered, Unavailable
from app.persistence.journal import Change, Heard, Journal, Lease, Outcome
from app.persistence.sql_journal import SqlJournal
from app.persistence.writer import SqliteWriter
from handoff import AgentId, AlreadyAssigned, ConversationId, HandoffError, Hold, NotAssigned, Queue, SiteId, Ticket
from tests.contract.stores import STORES, Store, StoreOpener
from tests.factories import A_SITE, MONDAY_MORNING, a_request, an_agent

ANNA, BEN = VisitorId("anna"), VisitorId("ben")
MAYA, DANA = an_agent("Maya Keller", capacity=100), an_agent("Dana Roth", capacity=100)
ELSEWHERE = SiteId("elsewhere")
STRANGER = an_agent("Sam Stranger")
LEASE = timedelta(seconds=40)
REOPEN = timedelta(days=14)


class Backend(Protocol):
    """A journal under test, the queue on the same store, and what a test may do beside them."""

    @property
    def journal(self) -> Journal: ...

    @property
    def queue(self) -> Queue: ...

    @property
    def changes(self) -> list[Change]: ...

    """What the queue published."""

    def full(self) -> AbstractAsyncContextManager[None]:
        """A time during which the store takes no writes."""

    async def turns(self, conversation: ConversationId) -> list[str]:
        """The states of a conversation's turns, in order."""


@dataclass
class SqlBackend:
    store: Store
    journal: Journal
    queue: Queue
    changes: list[Change] = field(default_factory=list)

    @asynccontextmanager
    async def full(self) -> AsyncIterator[None]:
        if isinstance(self.store.writer, SqliteWriter):
            await self.store.run("PRAGMA max_page_count = 1")  # the disk is full: nothing can grow
            yield
            await self.store.run("PRAGMA max_page_count = 1000000")
            return
        await self.store.run(
            "CREATE FUNCTION full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        for table in ("entry", "turn", "conversation", "store"):
            await self.store.run(
                f"CREATE TRIGGER full_{table} BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION full()"
            )
        yield
        await self.store.run("DROP FUNCTION full() CASCADE")

    async def turns(self, conversation: ConversationId) -> list[str]:
        rows = await self.store.run("SELECT state FROM turn WHERE conversation_id = ? ORDER BY pos", (conversation,))
        return [str(state) for (state,) in rows]

    def hear(self, signal: Signal) -> None:
        if isinstance(signal, Changed) and signal.change is not None:
            self.changes.append(signal.change)


@asynccontextmanager
async def on(open_store: StoreOpener) -> AsyncIterator[Backend]:
    async with open_store() as store:
        for visitor in (ANNA, BEN):
            await store.add_visitor(visitor)
        await store.add_site(ELSEWHERE)
        await store.add_agents([MAYA, DANA])
        await store.add_agents([STRANGER], ELSEWHERE)
        journal = SqlJournal(store.writer, store.reader, turn_lease=LEASE, reopen_within=REOPEN)
        backend = SqlBackend(store, journal, store.queue)
        store.backplane.listen(backend.hear)
        yield backend


Opener = Callable[[], AbstractAsyncContextManager[Backend]]
OPENERS: dict[str, Opener] = {name: partial(on, opened) for name, opened in STORES.items()}


@pytest.fixture(scope="module", params=list(OPENERS))
def journals(request: pytest.FixtureRequest) -> Opener:
    return OPENERS[request.param]


@pytest.fixture
async def backend(journals: Opener) -> AsyncIterator[Backend]:
    async with journals() as opened:
        yield opened


def at(minute: float) -> datetime:
    return MONDAY_MORNING + timedelta(minutes=minute)


def said(text: str = "hello", *, payload: str | None = None, client_id: UUID | None = None) -> Said:
    return Said(client_id or uuid4(), text, payload)


def answers(*texts: str) -> Outcome:
    return Outcome(said=tuple(BotSaid(text) for text in texts), events=({"event": "action", "name": "utter"},))


async def heard(
    backend: Backend, text: str = "hello", *, visitor: VisitorId = ANNA, now: datetime = MONDAY_MORNING
) -> Heard:
    return await backend.journal.hear(visitor, A_SITE, said(text), now=now)


async def answered(backend: Backend, outcome: Outcome, *, visitor: VisitorId = ANNA) -> Conversation:
    """A conversation of one message and the outcome of its turn."""
    message = await heard(backend, visitor=visitor)
    assert message.lease is not None
    finished = await backend.journal.finish_turn(message.lease, outcome, now=at(0))
    assert finished.change is not None
    return finished.change.conversation


async def with_maya(backend: Backend) -> Hold:
    """A conversation that Maya holds."""
    conversation = await answered(backend, Outcome(request=a_request()))
    ticket = await backend.queue.claim(conversation.id, MAYA, now=at(1), says="Maya has joined you.")
    return Hold(conversation.id, MAYA.id, ticket.gen)


async def log_of(journal: Journal, conversation: ConversationId) -> list[Entry]:
    return list((await journal.entries(conversation, after=0, limit=10_000)).entries)


async def stream_of(journal: Journal, conversation: ConversationId) -> list[str]:
    return [entry.data["text"] for entry in (await journal.visible(conversation, after=0, limit=10_000)).entries]


# Hearing ----------------------------------------------------------------------------------------------------------


async def test_the_first_message_starts_a_conversation(backend: Backend) -> None:
    first = await heard(backend)

    conversation = first.change.conversation
    assert (conversation.status, conversation.head, conversation.pos) == (Status.BOT, 1, 1)
    assert (first.message.seq, first.message.pos, first.duplicate) == (1, 1, False)
    assert first.change.entries == (first.message,)
    assert await backend.journal.conversation(conversation.id) == conversation
    assert await backend.journal.current(ANNA, now=at(0)) == conversation


async def test_visitors_share_nothing(backend: Backend) -> None:
    anna, ben = await heard(backend), await heard(backend, visitor=BEN)

    assert anna.message.conversation_id != ben.message.conversation_id
    assert await backend.journal.owned(anna.change.conversation.id, BEN) is None
    assert await backend.journal.owned(anna.change.conversation.id, ANNA) == anna.change.conversation


async def test_the_same_client_id_gives_the_first_message_again(backend: Backend) -> None:
    message = said("hello")
    first = await backend.journal.hear(ANNA, A_SITE, message, now=at(0))
    again = await backend.journal.hear(ANNA, A_SITE, message, now=at(1))

    assert again == Heard(first.message, True, Change(first.change.conversation), None)
    assert await stream_of(backend.journal, first.change.conversation.id) == ["hello"]
    assert await backend.turns(first.change.conversation.id) == ["running"]


async def test_the_same_client_id_with_other_words_is_a_conflict_and_stores_nothing(backend: Backend) -> None:
    message = said("hello")
    first = await backend.journal.hear(ANNA, A_SITE, message, now=at(0))

    for other in (replace(message, text="goodbye"), replace(message, payload="/human_request")):
        with pytest.raises(ClientIdConflict):
            await backend.journal.hear(ANNA, A_SITE, other, now=at(1))

    assert await log_of(backend.journal, first.change.conversation.id) == [first.message]


async def test_two_visitors_may_use_the_same_client_id(backend: Backend) -> None:
    message = said("hello")
    anna = await backend.journal.hear(ANNA, A_SITE, message, now=at(0))
    ben = await backend.journal.hear(BEN, A_SITE, message, now=at(0))

    assert (anna.duplicate, ben.duplicate) == (False, False)


async def test_a_payload_must_have_been_offered_in_this_conversation(backend: Backend) -> None:
    button = {"title": "Large", "payload": '/choose{"size": "large"}'}
    await answered(backend, Outcome(said=(BotSaid("Which size?", buttons=(button,)),)))
    await heard(backend, visitor=BEN)

    chosen = await backend.journal.hear(ANNA, A_SITE, said("Large", payload=button["payload"]), now=at(1))
    with pytest.raises(PayloadNotOffered):
        await backend.journal.hear(ANNA, A_SITE, said("Huge", payload='/choose{"size": "huge"}'), now=at(1))
    with pytest.raises(PayloadNotOffered):
        await backend.journal.hear(BEN, A_SITE, said("Large", payload=button["payload"]), now=at(1))

    assert chosen.message.data["payload"] == button["payload"]


async def test_a_first_message_with_a_payload_nobody_offered_starts_no_conversation(backend: Backend) -> None:
    with pytest.raises(PayloadNotOffered):
        await backend.journal.hear(ANNA, A_SITE, said("x", payload="/restart"), now=at(0))

    assert await backend.journal.current(ANNA, now=at(0)) is None


async def test_asking_for_a_person_is_always_on_offer(backend: Backend) -> None:
    asked = await backend.journal.hear(ANNA, A_SITE, said("A person", payload="/human_request"), now=at(0))

    assert asked.message.data["payload"] == "/human_request"


@pytest.mark.parametrize("days", [0, 13])
async def test_a_message_reopens_a_conversation_that_was_closed_lately(backend: Backend, days: int) -> None:
    hold = await with_maya(backend)
    await backend.queue.resolve(hold, now=at(2), says="Solved.")

    again = await backend.journal.hear(ANNA, A_SITE, said(), now=at(2) + timedelta(days=days))

    assert again.change.conversation.id == hold.conversation_id
    assert again.change.conversation.status is Status.BOT
    assert [entry.data.get("step") for entry in again.change.entries] == ["reopened", None]


async def test_later_a_message_starts_a_new_one_and_a_resend_still_finds_the_old(backend: Backend) -> None:
    message = said("hello")
    first = await backend.journal.hear(ANNA, A_SITE, message, now=at(0))
    assert first.lease is not None
    await backend.journal.finish_turn(first.lease, Outcome(request=a_request()), now=at(0))
    ticket = await backend.queue.claim(first.change.conversation.id, MAYA, now=at(1), says="joined")
    await backend.queue.resolve(Hold(ticket.conversation_id, MAYA.id, ticket.gen), now=at(2), says="Solved.")
    later = at(2) + REOPEN

    new = await backend.journal.hear(ANNA, A_SITE, said(), now=later)
    again = await backend.journal.hear(ANNA, A_SITE, message, now=later)

    assert new.change.conversation.id != first.change.conversation.id
    assert new.message.seq == 1
    assert (again.duplicate, again.message) == (True, first.message)


# Speaking ---------------------------------------------------------------------------------------------------------


async def speak(backend: Backend, hold: Hold, text: str, *, note: bool = False, gen: int | None = None) -> Change:
    spoken = await backend.journal.speak(
        hold.agent_id,
        "Maya Keller",
        hold.conversation_id,
        said(text),
        gen=hold.gen if gen is None else gen,
        note=note,
        now=at(5),
    )
    return spoken.change


async def test_an_agent_speaks_under_the_hold_and_not_without(backend: Backend) -> None:
    hold = await with_maya(backend)
    change = await speak(backend, hold, "On it")

    for wrong in (replace(hold, gen=hold.gen + 1), replace(hold, gen=hold.gen - 1), replace(hold, agent_id=DANA.id)):
        with pytest.raises(NotAssigned):
            await speak(backend, wrong, "Me too")
    with pytest.raises(NotAssigned):
        await backend.journal.speak(MAYA.id, "Maya", hold.conversation_id, said(), gen=None, note=False, now=at(5))

    assert change.ticket is not None
    assert change.ticket.first_reply_at == at(5)
    assert (await stream_of(backend.journal, hold.conversation_id))[-1] == "On it"


async def test_only_the_first_reply_is_noted_on_the_ticket(backend: Backend) -> None:
    hold = await with_maya(backend)
    await speak(backend, hold, "On it")

    assert (await speak(backend, hold, "Still on it")).ticket is None


async def test_a_note_gets_a_position_and_no_place_in_the_visitors_stream(backend: Backend) -> None:
    hold = await with_maya(backend)
    before = await backend.journal.conversation(hold.conversation_id)
    assert before is not None

    change = await speak(backend, replace(hold, agent_id=DANA.id), "Careful", note=True)

    [note] = change.entries
    assert (note.seq, note.pos) == (None, before.pos + 1)
    assert (change.conversation.head, change.conversation.pos) == (before.head, before.pos + 1)
    assert "Careful" not in await stream_of(backend.journal, hold.conversation_id)


async def test_a_reply_sent_again_is_stored_once_even_after_the_hold_is_gone(backend: Backend) -> None:
    hold = await with_maya(backend)
    reply = said("On it")

    async def send(message: Said) -> bool:
        spoken = await backend.journal.speak(
            MAYA.id, "Maya Keller", hold.conversation_id, message, gen=hold.gen, note=False, now=at(5)
        )
        return spoken.duplicate

    assert [await send(reply), await send(reply)] == [False, True]
    await backend.queue.release(hold, to="queue", now=at(6), says="passed on")
    assert await send(reply) is True
    with pytest.raises(ClientIdConflict):
        await send(replace(reply, text="Something else"))
    assert (await stream_of(backend.journal, hold.conversation_id)).count("On it") == 1


async def test_an_agent_of_another_site_finds_no_such_conversation(backend: Backend) -> None:
    hold = await with_maya(backend)

    for note in (False, True):
        with pytest.raises(NoSuchConversation):
            await speak(backend, replace(hold, agent_id=STRANGER.id), "Hi", note=note)


# Turns ------------------------------------------------------------------------------------------------------------


async def test_every_message_is_owed_one_turn_and_they_run_one_after_the_other(backend: Backend) -> None:
    first, second, third = [await heard(backend, text) for text in ("one", "two", "three")]
    conversation = first.change.conversation.id
    assert first.lease is not None
    assert (second.lease, third.lease) == (None, None)

    finished = await backend.journal.finish_turn(first.lease, answers("re one"), now=at(1))
    assert finished.next is not None
    assert finished.next.message == second.message
    finished = await backend.journal.finish_turn(finished.next, answers("re two"), now=at(1))
    assert finished.next is not None
    finished = await backend.journal.finish_turn(finished.next, answers("re three"), now=at(1))

    assert finished.next is None
    assert await backend.turns(conversation) == ["done"] * 3
    assert await stream_of(backend.journal, conversation) == ["one", "two", "three", "re one", "re two", "re three"]


async def test_an_answer_names_the_message_it_answers(backend: Backend) -> None:
    message = await heard(backend)
    assert message.lease is not None
    finished = await backend.journal.finish_turn(message.lease, answers("hi"), now=at(1))

    assert finished.change is not None
    assert [entry.data["re"] for entry in finished.change.entries] == [message.message.client_id] * 2
    assert [entry.kind for entry in finished.change.entries] == ["tracker", "message"]


async def test_a_second_finish_is_thrown_away(backend: Backend) -> None:
    message = await heard(backend)
    assert message.lease is not None
    await backend.journal.finish_turn(message.lease, answers("first"), now=at(1))

    again = await backend.journal.finish_turn(message.lease, answers("second"), now=at(1))

    assert (again.change, again.next) == (None, None)
    assert await stream_of(backend.journal, message.change.conversation.id) == ["hello", "first"]


async def test_a_turn_whose_lease_ran_out_is_given_to_the_next_and_the_late_one_is_thrown_away(
    backend: Backend,
) -> None:
    message = await heard(backend)
    late = message.lease
    assert late is not None

    assert list(await backend.journal.take_turns(now=at(0) + LEASE)) == []
    [lease] = await backend.journal.take_turns(now=at(0) + LEASE + timedelta(seconds=1))
    assert (lease.turn_id, lease.attempt, lease.message) == (late.turn_id, 2, message.message)
    assert lease.token != late.token

    assert (await backend.journal.finish_turn(late, answers("late"), now=at(2))).change is None
    assert (await backend.journal.finish_turn(lease, answers("in time"), now=at(2))).change is not None
    assert await stream_of(backend.journal, message.change.conversation.id) == ["hello", "in time"]


async def test_at_the_start_every_running_turn_is_taken_at_once(backend: Backend) -> None:
    await heard(backend)
    await heard(backend, visitor=BEN)

    leases = await backend.journal.take_turns(now=at(0), all_running=True)

    assert [lease.attempt for lease in leases] == [2, 2]


async def test_a_turn_given_back_is_the_next_ones(backend: Backend) -> None:
    message = await heard(backend)
    assert message.lease is not None
    await backend.journal.give_back(message.lease)

    [lease] = await backend.journal.take_turns(now=at(0))
    await backend.journal.give_back(message.lease)  # the old lease gives nothing back any more

    assert list(await backend.journal.take_turns(now=at(0))) == []
    assert (await backend.journal.finish_turn(lease, answers("hi"), now=at(1))).change is not None


async def test_a_turn_that_gave_up_is_over(backend: Backend) -> None:
    conversation = await answered(backend, replace(answers("sorry"), failed=True))

    assert await backend.turns(conversation.id) == ["failed"]
    assert list(await backend.journal.take_turns(now=at(99), all_running=True)) == []


async def test_the_bot_is_silent_once_a_person_took_over(backend: Backend) -> None:
    hold = await with_maya(backend)
    message = await heard(backend, "hello?")
    assert message.lease is not None
    verdict: dict[str, object] = {"needs_person": False, "reason": None, "score": 0.1, "also": [], "evidence": []}

    finished = await backend.journal.finish_turn(
        message.lease, replace(answers("I know!"), helps_while_waiting=True, verdict=verdict), now=at(2)
    )

    assert finished.change is not None
    assert [entry.kind for entry in finished.change.entries] == ["triage"]
    assert "I know!" not in await stream_of(backend.journal, hold.conversation_id)


@pytest.mark.parametrize("helps", [True, False])
async def test_while_a_visitor_waits_the_bot_speaks_only_if_nobody_is_there(backend: Backend, helps: bool) -> None:
    conversation = await answered(backend, Outcome(request=a_request()))
    message = await heard(backend, "hello?")
    assert message.lease is not None
    await backend.journal.finish_turn(message.lease, replace(answers("Hi"), helps_while_waiting=helps), now=at(2))

    assert ("Hi" in await stream_of(backend.journal, conversation.id)) is helps


async def test_a_request_opens_a_ticket_and_is_heard_in_the_same_transaction(backend: Backend) -> None:
    conversation = await answered(backend, replace(answers("One moment."), request=a_request(says="Gladly.")))

    [ticket] = await backend.queue.waiting(A_SITE)
    assert (ticket.conversation_id, ticket.state) == (conversation.id, "waiting")
    assert conversation.status is Status.WAITING
    assert await stream_of(backend.journal, conversation.id) == ["hello", "One moment.", "Gladly."]


async def test_a_second_request_raises_the_ticket_and_opens_none(backend: Backend) -> None:
    conversation = await answered(backend, Outcome(request=a_request(says="Gladly.")))
    message = await heard(backend, "hello?")
    assert message.lease is not None
    urgent = a_request(head_start=timedelta(hours=1), says="Stay safe.")
    finished = await backend.journal.finish_turn(
        message.lease, Outcome(verdict={"needs_person": True}, request=urgent), now=at(2)
    )

    [ticket] = await backend.queue.waiting(A_SITE)
    assert ticket.rank_at == urgent.rank_at
    assert finished.change is not None
    assert finished.change.ticket == ticket
    assert await stream_of(backend.journal, conversation.id) == ["hello", "Gladly.", "hello?", "Stay safe."]


# Reading ----------------------------------------------------------------------------------------------------------


async def test_pages_follow_each_other_without_gap_or_overlap(backend: Backend) -> None:
    for number in range(7):
        first = await heard(backend, str(number))
    conversation = first.change.conversation.id

    forward: list[str] = []
    more = True
    while more:
        page = await backend.journal.visible(conversation, after=len(forward), limit=3)
        forward += [entry.data["text"] for entry in page.entries]
        more = page.more
    newest = await backend.journal.visible_before(conversation, before=2**53, limit=3)
    older = await backend.journal.visible_before(conversation, before=newest.entries[0].seq or 0, limit=3)

    assert forward == list("0123456")
    assert [[entry.data["text"] for entry in page.entries] for page in (older, newest)] == [list("123"), list("456")]
    assert (newest.more, older.more) == (True, True)
    assert not (await backend.journal.visible_before(conversation, before=2, limit=3)).more


async def test_read_marks_only_go_forward_and_no_further_than_the_end(backend: Backend) -> None:
    conversation = await answered(backend, answers("hi"))

    moved = await backend.journal.mark_read(conversation.id, "visitor", 99)
    assert moved is not None
    assert (moved.read_by_visitor, moved.read_by_agent) == (2, 0)
    assert await backend.journal.mark_read(conversation.id, "visitor", 1) is None
    assert await backend.journal.mark_read(conversation.id, "visitor", 2) is None
    assert await backend.journal.mark_read(conversation.id, "agent", 1) is not None


async def test_the_store_has_one_name_for_its_lifetime(backend: Backend) -> None:
    assert await backend.journal.epoch() == await backend.journal.epoch() != ""


# Crowds and trouble -----------------------------------------------------------------------------------------------


async def test_fifty_who_write_at_once_get_numbers_without_gaps(backend: Backend) -> None:
    """They share commits; each is acknowledged once, and the order is one that everybody sees."""
    hold = await with_maya(backend)
    numbers: list[int] = []

    async def write(number: int) -> None:
        if number % 2:
            numbers.append((await heard(backend, f"v{number}")).message.seq or 0)
        else:
            numbers.append((await speak(backend, hold, f"a{number}")).entries[0].seq or 0)

    before = await backend.journal.conversation(hold.conversation_id)
    assert before is not None
    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(write, number)

    assert sorted(numbers) == list(range(before.head + 1, before.head + 51))
    assert [
        entry.seq for entry in (await backend.journal.visible(hold.conversation_id, after=0, limit=99)).entries
    ] == [*range(1, before.head + 51)]


async def test_of_those_who_send_the_same_at_once_one_is_first(backend: Backend) -> None:
    message = said("hello")
    results: list[Heard] = []

    async def send() -> None:
        results.append(await backend.journal.hear(ANNA, A_SITE, message, now=at(0)))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(send)

    assert Counter(result.duplicate for result in results) == {True: 19, False: 1}
    assert {result.message.id for result in results} == {results[0].message.id}


async def test_who_shares_a_commit_with_a_refused_unit_is_not_harmed(backend: Backend) -> None:
    message = said("hello")
    first = await backend.journal.hear(ANNA, A_SITE, message, now=at(0))
    outcomes: list[object] = []

    async def send(each: Said) -> None:
        try:
            outcomes.append(await backend.journal.hear(ANNA, A_SITE, each, now=at(0)))
        except ClientIdConflict as refusal:
            outcomes.append(refusal)

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(send, said(str(number)) if number % 2 else replace(message, text="conflict"))

    assert Counter(type(outcome) for outcome in outcomes) == {Heard: 5, ClientIdConflict: 5}
    stream = await stream_of(backend.journal, first.change.conversation.id)
    assert sorted(stream) == ["1", "3", "5", "7", "9", "hello"]


async def test_a_full_store_acknowledges_nothing_and_recovers(backend: Backend) -> None:
    message = await heard(backend)
    lease = message.lease
    assert lease is not None
    big = Outcome(said=tuple(BotSaid("x" * 4_000) for _ in range(300)))
    async with backend.full():
        with pytest.raises(Unavailable):
            await backend.journal.finish_turn(lease, big, now=at(1))

    assert await log_of(backend.journal, lease.message.conversation_id) == [message.message]
    assert await backend.turns(lease.message.conversation_id) == ["running"]
    assert await backend.journal.accepts_writes(timedelta(seconds=30))
    assert (await backend.journal.finish_turn(lease, answers("hi"), now=at(1))).change is not None


# Whatever happens -------------------------------------------------------------------------------------------------


@dataclass
class Folded:
    """A conversation as somebody knows it who only ever heard of changes."""

    conversation: Conversation
    entries: list[Entry]
    ticket: Ticket | None = None

    @classmethod
    def fold(cls, changes: Iterable[Change]) -> Folded:
        folded: Folded | None = None
        for change in changes:
            if folded is None:
                folded = cls(change.conversation, [])
            folded.conversation = change.conversation
            folded.entries += change.entries
            folded.ticket = change.ticket or folded.ticket
        assert folded is not None
        return folded


def status_of(log: Iterable[Entry]) -> Status:
    """The status that the steps in a log lead to, by the table of transitions."""
    status = Status.BOT
    for entry in log:
        step = entry.data.get("step")
        if entry.kind == "handoff" and step in set(Step):
            status = TRANSITIONS[status, Step(step)]
    return status


HEARING = ["hear", "hear", "resend", "finish", "finish", "finish_late", "expire", "request"]
VERB = st.sampled_from([*HEARING, "claim", "speak", "speak_late", "note", "to_queue", "to_bot", "resolve"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.tuples(VERB, st.sampled_from([MAYA, DANA]), st.booleans()), min_size=5, max_size=50))
async def test_whatever_is_done_in_whatever_order_the_promises_hold(
    journals: Opener, steps: list[tuple[str, object, bool]]
) -> None:
    async with journals() as backend:
        play = Play(backend)
        await play.hear()
        for verb, agent, flag in steps:
            play.minute += 1
            await play.step(verb, MAYA if agent is MAYA else DANA, flag)
        await play.check()


class Play:
    """One conversation, driven at random, with every change and every acknowledgement written down."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.minute = 0
        self.changes: list[Change] = []
        self.acknowledged: dict[UUID, Entry] = {}
        self.sent: list[Said] = []
        self.leases: list[Lease] = []
        self.used: list[Lease] = []
        self.answered: Counter[str] = Counter()
        self.holds: dict[AgentId, Hold] = {}
        self.lost: list[Hold] = []

    @property
    def now(self) -> datetime:
        return at(self.minute)

    @property
    def conversation(self) -> ConversationId:
        return self.changes[0].conversation.id

    def note(self, change: Change) -> None:
        if change.entries:
            self.changes.append(change)

    async def hear(self, message: Said | None = None) -> None:
        message = message or said(f"message {len(self.sent)}")
        result = await self.backend.journal.hear(ANNA, A_SITE, message, now=self.now)
        if message.client_id in self.acknowledged:
            assert (result.duplicate, result.message) == (True, self.acknowledged[message.client_id])
        else:
            self.sent.append(message)
            self.acknowledged[message.client_id] = result.message
            self.note(result.change)
        if result.lease is not None:
            self.leases.append(result.lease)

    async def finish(self, lease: Lease, flag: bool) -> None:
        outcome = answers(f"answer to {lease.message.data['text']}")
        if flag:
            outcome = replace(outcome, verdict={"needs_person": True}, request=a_request(requested_at=self.now))
        finished = await self.backend.journal.finish_turn(lease, outcome, now=self.now)
        if finished.change is not None:
            self.answered[str(lease.turn_id)] += 1
            self.note(finished.change)
        self.used.append(lease)
        self.leases = [lease for lease in [finished.next] if lease is not None] or [
            other for other in self.leases if other is not lease
        ]

    async def step(self, verb: str, agent: object, flag: bool) -> None:
        worker = MAYA if agent is MAYA else DANA
        journal, queue = self.backend.journal, self.backend.queue
        published = len(self.backend.changes)
        hold = self.holds.get(worker.id)
        try:
            match verb:
                case "hear":
                    await self.hear()
                case "resend":
                    await self.hear(self.sent[len(self.sent) // 2])
                case "finish" if self.leases:
                    await self.finish(self.leases[-1], flag)
                case "finish_late" if self.used:
                    await self.finish(self.used[0], flag)
                case "expire":
                    self.leases += await journal.take_turns(now=self.now, all_running=flag)
                case "request":
                    await queue.request(self.conversation, A_SITE, a_request(requested_at=self.now))
                case "claim":
                    ticket = await queue.claim(self.conversation, worker, now=self.now, says="joined")
                    self.holds = {worker.id: Hold(self.conversation, worker.id, ticket.gen)}
                case "speak" if hold:
                    spoken = await journal.speak(
                        worker.id, worker.name, self.conversation, said(), gen=hold.gen, note=False, now=self.now
                    )
                    self.note(spoken.change)
                case "speak_late" if self.lost:
                    late = self.lost[-1]
                    with pytest.raises(NotAssigned):
                        await journal.speak(
                            late.agent_id, "Late", self.conversation, said(), gen=late.gen, note=False, now=self.now
                        )
                case "note":
                    spoken = await journal.speak(
                        worker.id, worker.name, self.conversation, said(), gen=None, note=True, now=self.now
                    )
                    self.note(spoken.change)
                case "to_queue" | "to_bot" | "resolve" if hold:
                    if verb == "resolve":
                        await queue.resolve(hold, now=self.now, says="solved")
                    else:
                        to_queue = verb == "to_queue"
                        await queue.release(hold, to="queue" if to_queue else "bot", now=self.now, says="given back")
                    self.lost.append(self.holds.pop(worker.id))
        except AlreadyAssigned:
            assert worker.id not in self.holds
        except HandoffError:
            assert verb == "claim"  # nobody waits
        for change in self.backend.changes[published:]:
            self.note(change)

    async def check(self) -> None:
        journal = self.backend.journal
        log = await log_of(journal, self.conversation)
        visible = (await journal.visible(self.conversation, after=0, limit=10_000)).entries
        fresh = await journal.conversation(self.conversation)
        assert fresh is not None
        # P1, P3: what was acknowledged is there, once, where the ack said.
        for client_id, message in self.acknowledged.items():
            assert [entry for entry in log if entry.client_id == str(client_id)] == [message]
        # P2: positions and numbers without gaps, in one order.
        assert [entry.pos for entry in log] == list(range(1, fresh.pos + 1))
        assert [entry.seq for entry in visible] == list(range(1, fresh.head + 1))
        assert [entry for entry in log if entry.seq is not None] == list(visible)
        # P4: one turn a message, none answered twice.
        assert len(await self.backend.turns(self.conversation)) == len(self.sent)
        assert all(count == 1 for count in self.answered.values())
        # P5, P6: the status is what the steps lead to; an open ticket exactly while a person is wanted or there.
        assert status_of(log) is fresh.status
        waiting = await self.backend.queue.waiting(A_SITE)
        assert [ticket.conversation_id for ticket in waiting] == (
            [self.conversation] if fresh.status is Status.WAITING else []
        )
        assert fresh.agent_id == (next(iter(self.holds)) if fresh.status is Status.HUMAN else None)
        # Old state + changes = state fetched afresh.
        folded = Folded.fold(sorted(self.changes, key=lambda change: change.entries[0].pos))
        assert folded.entries == log
        assert folded.conversation == fresh
