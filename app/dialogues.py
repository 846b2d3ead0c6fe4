"""What the bot and triage need of a conversation, folded once and extended by each new entry."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable

from app.backplane import Changed, Signal
from app.conversations import Entry, Status
from app.errors import NoSuchConversation
from app.persistence.journal import Journal
from bot import Event, Tracker
from handoff import Context, ConversationId, Past, Said, SiteId

KEPT = 1_000  # conversations kept folded; the longest idle are dropped and read again when they speak
SAID = 30  # messages that triage looks back on
PAGE = 500


class Dialogue:
    """The fold of a conversation's entries up to `pos`."""

    def __init__(self, conversation_id: ConversationId, site_id: SiteId) -> None:
        self.conversation_id = conversation_id
        self.site_id = site_id
        self.pos = 0
        self.status = Status.BOT
        self.locale: str | None = None
        self.past: tuple[Past, ...] | None = None  # earlier conversations, once somebody has looked
        self.tracker = Tracker.fold(conversation_id, ())
        self._grown: Tracker | None = None
        self._answered: str | None = None
        self._said: list[Said] = []
        self._said_at: list[int] = []
        """Where each of these is in the log."""

    def extend(self, entries: Iterable[Entry]) -> None:
        """Fold in the entries that follow."""
        for entry in entries:
            self.pos = entry.pos
            if entry.kind == "message":
                self._hear(entry)
            elif entry.kind == "tracker":
                self._grow(entry.data["events"])
        del self._said[: -2 * SAID], self._said_at[: -2 * SAID]

    def _hear(self, entry: Entry) -> None:
        """Note who said what. All the bot says in one turn is one answer: two that share a card are not the same."""
        told, answers = _told(entry), entry.data.get("re")
        if entry.author_kind == "system":
            return
        if answers is not None and answers == self._answered:
            begun = self._said[-1]
            self._said[-1] = Said(begun.author, f"{begun.text} {told}".strip())
        else:
            self._said.append(Said(entry.author_kind, told))
            self._said_at.append(entry.pos)
        self._answered = answers

    def expect(self, grown: Tracker) -> None:
        """The tracker as it is once the turn that is being answered is stored: then it need not be folded again."""
        self._grown = grown

    def _grow(self, events: list[Event]) -> None:
        grown, self._grown = self._grown, None
        start = len(self.tracker.events)
        # The very same events: the turn was stored as it was thought, and nothing came in between.
        if grown is not None and list(map(id, grown.events[start:])) == list(map(id, events)):
            self.tracker = grown
        else:
            self.tracker.extend(events)

    def context(self, before: int) -> Context:
        """What was said before position `before`."""
        end = bisect_left(self._said_at, before)
        return Context(
            earlier=self._said[max(0, end - SAID) : end], fallbacks=self.tracker.fallbacks, past=self.past or ()
        )

    def heard(self, sentence: str) -> bool:
        """Whether the bot said `sentence`, as far back as triage looks."""
        return self.heard_lately(sentence, len(self._said))

    def heard_lately(self, sentence: str, messages: int) -> bool:
        """Whether the bot said `sentence` within the last `messages`."""
        return any(said.author == "bot" and sentence in said.text for said in self._said[-messages:])


class Dialogues:
    """Folded dialogues by conversation. One whose `pos` does not match a change is dropped and read again."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept: OrderedDict[ConversationId, Dialogue] = OrderedDict()

    def hear(self, signal: Signal) -> None:
        """Extend the kept dialogue by a committed change; listen to the backplane with this."""
        if not isinstance(signal, Changed):
            return
        dialogue = self._kept.get(signal.conversation_id)
        entries = signal.change.entries if signal.change is not None else ()
        if dialogue is None and entries and entries[0].pos == 1:
            dialogue = self._keep(Dialogue(signal.conversation_id, signal.site_id))
        if dialogue is None or dialogue.pos >= signal.pos:
            return
        if signal.change is not None and entries and entries[0].pos == dialogue.pos + 1:
            dialogue.extend(entries)
            dialogue.status = signal.change.conversation.status
            dialogue.locale = signal.change.conversation.locale
        else:
            del self._kept[signal.conversation_id]

    async def of(self, message: Entry) -> Dialogue:
        """The dialogue up to at least this message. Raises NoSuchConversation."""
        dialogue = self._kept.get(message.conversation_id)
        if dialogue is not None and dialogue.pos >= message.pos:
            self._kept.move_to_end(message.conversation_id)
            return dialogue
        return await self.newest(message.conversation_id)

    async def newest(self, conversation_id: ConversationId) -> Dialogue:
        """The dialogue as it is stored now. Raises NoSuchConversation."""
        conversation = await self._journal.conversation(conversation_id)
        if conversation is None:
            raise NoSuchConversation
        kept = self._kept.get(conversation_id)
        if kept is not None and kept.pos >= conversation.pos:
            return kept
        dialogue = Dialogue(conversation.id, conversation.site_id)
        more = True
        while more:
            page = await self._journal.entries(conversation.id, after=dialogue.pos, limit=PAGE)
            dialogue.extend(page.entries)
            more = page.more
        dialogue.status = conversation.status
        dialogue.locale = conversation.locale
        return self._keep(dialogue)

    def forget(self, conversation_id: ConversationId) -> None:
        """Keep nothing of a conversation that was erased."""
        self._kept.pop(conversation_id, None)

    def _keep(self, dialogue: Dialogue) -> Dialogue:
        self._kept[dialogue.conversation_id] = dialogue
        self._kept.move_to_end(dialogue.conversation_id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return dialogue


def _told(entry: Entry) -> str:
    """What a message says, its card included: two answers that share a lead-in are not the same answer."""
    text: str = entry.data["text"]
    card = entry.data.get("card")
    if card is None:
        return text
    part = card.get("part") or {}
    return " ".join(str(word) for word in (text, card.get("headline"), card.get("number"), part.get("sku")) if word)
