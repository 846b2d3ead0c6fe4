"""The wire: every frame, once. JSON text, one object a frame, told apart by ``type``.

Two directions for two kinds of peer: visitors (the widget) and agents (the console). What a visitor resumes by is
``seq``, what an agent resumes by is ``pos``. Commands are strict (unknown fields are refused); events may gain
fields. `docs/protocol.schema.json`, `docs/asyncapi.json` and `widget/src/client/protocol.gen.ts` are written from
this file by `make types`, see `app.protocol_docs`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

VERSION = 1
TEXT_LIMIT = 4_000  # characters of one message
FRAME_LIMIT = 64 * 1024  # bytes of one frame, enforced by the websocket layer
DEPTH_LIMIT = 8  # levels of JSON

PHOTOS = 6
"""Photos in one message."""
VISITOR_WORDS = 300
"""Characters of the visitor's own words that a ticket quotes."""

TALK_TO_A_PERSON = "/human_request"
"""The payload of the widget's own "Talk to a person" button: always on offer, in every state."""

Status = Literal["bot", "waiting", "human", "closed"]
ReasonName = Literal["safety", "legal", "human_request", "repeat", "emotion", "other"]
RemedyName = Literal["free_text", "loaner", "rush_shipping", "spare", "replacement", "remake", "credit", "refund"]
LevelName = Literal["bot", "agent", "senior", "supervisor"]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class Frame(BaseModel):
    # defaults_required: else fields with defaults come out optional in TypeScript and no longer narrow.
    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_serialization_defaults_required=True)


# Parts that several frames share --------------------------------------------------------------------------------


class Author(Frame):
    """Who said it. `name` is what the other side may see: an agent's display name, the bot's, a visitor's own."""

    kind: Literal["visitor", "bot", "agent", "system"]
    name: str | None = None


class Button(Frame):
    """A quick reply: `title` is shown and becomes the visitor's text, `payload` goes back with it."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    payload: Annotated[str, Field(max_length=1_000)]


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


class Money(Frame):
    """`amount` in minor units (cents) of the `currency`."""

    amount: int
    currency: Currency


class Photo(Frame):
    """A photo in a message. `url` is a path on this server that ends within minutes; sizes in pixels."""

    id: UUID
    url: str
    width: int
    height: int
    alt: str | None = None


class Link(Frame):
    """A link out of a card; only http and https."""

    label: Annotated[str, Field(min_length=1, max_length=80)]
    url: Annotated[str, Field(pattern=r"^https?://", max_length=2_000)]


class PartRef(Frame):
    """A part named on a card."""

    sku: str
    name: str


class CardPart(PartRef):
    """The part a fit card is about. `stock` in words."""

    price: Money | None = None
    stock: str
    image: Annotated[str, Field(pattern=r"^(https?://|data:image/)", max_length=20_000)] | None = None
    url: Annotated[str, Field(pattern=r"^https?://", max_length=2_000)] | None = None


class FitCard(Frame):
    """Does it fit, and what to know before buying."""

    kind: Literal["fit"]
    verdict: Literal["fits", "fits_with_notes", "other_suits"]
    headline: str
    sub: str | None = None
    part: CardPart
    notes: tuple[str, ...] = ()
    in_box: tuple[str, ...] = ()
    needs: tuple[PartRef, ...] = ()
    source: str
    action: Link | None = None


class OrderStep(Frame):
    """One step of an order's way; `at` as short words ("Thu 19", "Today 06:40")."""

    label: str
    detail: str | None = None
    at: str | None = None
    state: Literal["done", "now", "to_come"]


class OrderCard(Frame):
    """Where an order is. The headline is the date."""

    kind: Literal["order"]
    number: str
    mark: str
    tone: Literal["calm", "wait"]
    headline: str
    sub: str | None = None
    steps: tuple[OrderStep, ...]
    action: Link | None = None


class CaseCard(Frame):
    """A return, warranty or damage case that was opened."""

    kind: Literal["case"]
    number: str
    title: str
    lines: tuple[str, ...] = ()
    due: str | None = None


class ArticleCard(Frame):
    """An article that answers: its words, where they come from, and the way to all of it."""

    kind: Literal["article"]
    title: str
    text: str
    source: str | None = None
    action: Link | None = None


class PromiseCard(Frame):
    """What somebody promised the visitor. `by` is who ("Maya"), `was_due` the date before it was agreed anew.

    `then` says who steps in, or, when it is late, what happens next.
    """

    kind: Literal["promise"]
    what: str
    by: str
    due: AwareDatetime
    state: Literal["on_track", "due_soon", "agreed_anew", "late", "kept"]
    was_due: AwareDatetime | None = None
    then: str | None = None


class RemedyCard(Frame):
    """What makes up for a mistake, offered or done; buttons of the same message take it."""

    kind: Literal["remedy"]
    headline: str
    lines: tuple[str, ...] = ()
    amount: Money | None = None
    state: Literal["offered", "done"] = "offered"


class Span(Frame):
    """A stretch of time."""

    start: AwareDatetime
    end: AwareDatetime


class CallbackCard(Frame):
    """Times at which a person can call. `phone`: the number that is known; picking a time books it.

    `booked`: the time that was picked; nothing is asked then.
    """

    kind: Literal["callback"]
    headline: str
    sub: str | None = None
    times: Annotated[tuple[Span, ...], Field(max_length=24)]
    phone: Annotated[str, Field(max_length=40)] | None = None
    booked: Span | None = None


class FormField(Frame):
    """One thing to fill in. `options` are what may be picked, of a `choice` only."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    label: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Literal["text", "email", "phone", "number", "date", "choice"] = "text"
    required: bool = True
    options: Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=24)] = ()
    value: Annotated[str, Field(max_length=200)] | None = None


class FormCard(Frame):
    """A few things asked at once. What is filled in comes back as an ordinary message, one "label: value" a line."""

    kind: Literal["form"]
    title: str
    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=8)]
    send: Annotated[str, Field(max_length=40)] | None = None


Card = Annotated[
    FitCard | OrderCard | CaseCard | ArticleCard | PromiseCard | RemedyCard | CallbackCard | FormCard,
    Field(discriminator="kind"),
]


class Evidence(Frame):
    """Why triage wants a person, in words an agent reads; `start`/`end` are character offsets in the message."""

    reason: ReasonName
    text: str
    start: int | None = None
    end: int | None = None


class AgentRef(Frame):
    """An agent as colleagues see them."""

    id: UUID
    name: str


class Availability(Frame):
    """Is somebody at the desk, who (first names), and when does that change as far as the hours tell."""

    open: bool
    changes_at: AwareDatetime | None = None
    people: tuple[str, ...] = ()


class Limits(Frame):
    """What this connection may send."""

    text: int = TEXT_LIMIT
    frame: int = FRAME_LIMIT


class WaitRange(Frame):
    """Minutes, rounded up: half of the last `waits` waits ended within `likely`, nine of ten within `at_most`.

    `basis` is "promised" while there are too few: both are then the longest wait that is promised.
    """

    likely: Count
    at_most: Count
    waits: Count
    basis: Literal["recent", "promised"]


class Callback(Span):
    """A call that the visitor booked."""

    phone: str


class VisitorState(Frame):
    """All that a visitor is shown and that can change; in `welcome` too, so that any reconnect repairs it.

    `place`: 1 is next; `answer_by`: the latest moment a person answers; `staffed`: somebody is at the desk for those
    who wait, else `answer_by` is when people are back; `wait`: how long it usually takes, while somebody is there;
    `callback`: the call for which the conversation rests meanwhile; `ask`: the question about the resolution that is
    open, "would you recommend us?"; `read`: the last `seq` an agent has seen.
    """

    status: Status
    agent: str | None = None
    place: int | None = None
    answer_by: AwareDatetime | None = None
    staffed: bool = False
    wait: WaitRange | None = None
    callback: Callback | None = None
    ask: UUID | None = None
    read: Count = 0


class TicketState(Frame):
    """One open (or just closed) request for a person, as the queue shows it.

    `offered_to` and `offered_until`: at whom it rings alone, and until when. `snoozed_until`: it is laid aside, and
    rings nobody before. `team`: the team it was passed to.
    """

    conversation_id: UUID
    state: Literal["waiting", "offered", "assigned", "closed"]
    gen: Count
    reason: ReasonName
    also: tuple[ReasonName, ...] = ()
    quote: str
    evidence: tuple[Evidence, ...] = ()
    requested_at: AwareDatetime
    rank_at: AwareDatetime
    agent: AgentRef | None = None
    offered_to: AgentRef | None = None
    offered_until: AwareDatetime | None = None
    snoozed_until: AwareDatetime | None = None
    team: str | None = None
    visitor: str | None = None
    about: str | None = None
    site: str


class Hold(Frame):
    """A conversation this agent holds, with the generation that every write must carry."""

    conversation_id: UUID
    gen: Count


# Visitor -> server ----------------------------------------------------------------------------------------------


class VisitorHello(Frame):
    """First frame. `after`: the highest `seq` held without gaps; `epoch`: of the store it came from."""

    type: Literal["hello"]
    v: Annotated[int, Field(ge=0, le=1_000)]
    token: Annotated[str, Field(min_length=1, max_length=200)]
    conversation_id: UUID | None = None
    after: Count = 0
    epoch: Annotated[str, Field(max_length=64)] | None = None


class PageContext(Frame):
    """What the page is about on which the visitor writes, as the shop's page says; nothing here is proven."""

    sku: Annotated[str, Field(max_length=200)] | None = None
    vehicle: Annotated[str, Field(max_length=200)] | None = None
    order: Annotated[str, Field(max_length=200)] | None = None


class VisitorSend(Frame):
    """A visitor says something. `client_id` makes a resend harmless; beside `attachments` the text may be empty.

    `locale`: BCP 47, what the visitor reads; sentences of the server come in it.
    """

    type: Literal["message.send"]
    client_id: UUID
    text: Annotated[str, Field(max_length=TEXT_LIMIT)]
    attachments: Annotated[tuple[UUID, ...], Field(max_length=PHOTOS)] = ()
    payload: Annotated[str, Field(max_length=1_000)] | None = None
    page: PageContext | None = None
    locale: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None = None


class VisitorSync(Frame):
    """Send again everything after `seq`."""

    type: Literal["sync"]
    after: Count


class VisitorRead(Frame):
    """The visitor has seen everything up to `seq`."""

    type: Literal["read"]
    seq: Count


class VisitorTyping(Frame):
    """The visitor began (or stopped) typing."""

    type: Literal["typing"]
    on: bool


class Pong(Frame):
    """Answer to `ping`."""

    type: Literal["pong"]


VisitorCommand = Annotated[
    VisitorHello | VisitorSend | VisitorSync | VisitorRead | VisitorTyping | Pong, Field(discriminator="type")
]


# Agent -> server ------------------------------------------------------------------------------------------------


class AgentHello(Frame):
    """First frame of a console. `token` comes from the session endpoint and is bound to the session."""

    type: Literal["hello"]
    v: Annotated[int, Field(ge=0, le=1_000)]
    token: Annotated[str, Field(min_length=1, max_length=400)]


class AgentSend(Frame):
    """An agent replies (`gen` of the hold) or leaves a note that only the team sees (`note`, no `gen` needed)."""

    type: Literal["message.send"]
    conversation_id: UUID
    client_id: UUID
    text: Text
    gen: Count | None = None
    note: bool = False


class AgentSync(Frame):
    """Follow a conversation and send everything after `pos`."""

    type: Literal["sync"]
    conversation_id: UUID
    after: Count


class AgentRead(Frame):
    """The agent has seen everything up to `seq`."""

    type: Literal["read"]
    conversation_id: UUID
    seq: Count


class AgentTyping(Frame):
    """The agent began (or stopped) typing."""

    type: Literal["typing"]
    conversation_id: UUID
    on: bool


class AgentLooks(Frame):
    """The conversation in front of the agent now; null when it is none. Colleagues see who is there too."""

    type: Literal["looks"]
    conversation_id: UUID | None


class TicketClaim(Frame):
    """Take a waiting conversation, or accept the one that rings at this agent.

    The loser of a race gets `already_assigned` with the winner's name; `offered` while it rings at somebody else.
    """

    type: Literal["ticket.claim"]
    conversation_id: UUID
    client_id: UUID


class TicketRelease(Frame):
    """Give a held conversation back to the queue, or to the bot."""

    type: Literal["ticket.release"]
    conversation_id: UUID
    gen: Count
    client_id: UUID
    to: Literal["queue", "bot"]


class TicketDecline(Frame):
    """Let the conversation pass that rings at this agent; it rings at the next one."""

    type: Literal["ticket.decline"]
    conversation_id: UUID
    client_id: UUID


class TicketTransfer(Frame):
    """Pass a held conversation to a colleague, at whom it rings, or to the line of a team: one of the two.

    `note` is for whoever takes it; the visitor never sees it.
    """

    type: Literal["ticket.transfer"]
    conversation_id: UUID
    gen: Count
    client_id: UUID
    agent_id: UUID | None = None
    team_id: UUID | None = None
    note: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""


class TicketSnooze(Frame):
    """Lay a held conversation aside until that moment; the visitor is told, and may write meanwhile."""

    type: Literal["ticket.snooze"]
    conversation_id: UUID
    gen: Count
    client_id: UUID
    until: AwareDatetime


class TicketResolve(Frame):
    """Close a held conversation as solved.

    With open promises it is refused with `open_promises`, unless `keep_promises` says that they are kept afterwards.
    """

    type: Literal["ticket.resolve"]
    conversation_id: UUID
    gen: Count
    client_id: UUID
    keep_promises: bool = False


class TicketTakeOver(Frame):
    """Take a conversation from the colleague who has it; for supervisors. The ack carries the new `gen`."""

    type: Literal["ticket.take_over"]
    conversation_id: UUID
    client_id: UUID


class SetAvailable(Frame):
    """The agent takes new conversations (or pauses)."""

    type: Literal["presence"]
    available: bool


AgentCommand = Annotated[
    AgentHello
    | AgentSend
    | AgentSync
    | AgentRead
    | AgentTyping
    | AgentLooks
    | TicketClaim
    | TicketDecline
    | TicketTransfer
    | TicketSnooze
    | TicketRelease
    | TicketResolve
    | TicketTakeOver
    | SetAvailable
    | Pong,
    Field(discriminator="type"),
]


# Server -> both -------------------------------------------------------------------------------------------------


class Ack(Frame):
    """The command is stored. `seq`/`pos`/`id`/`sent_at` for messages, `gen` for ticket commands."""

    type: Literal["ack"] = "ack"
    client_id: UUID
    conversation_id: UUID
    seq: int | None = None
    pos: int | None = None
    id: UUID | None = None
    sent_at: AwareDatetime | None = None
    duplicate: bool = False
    gen: int | None = None


class Nack(Frame):
    """The command was refused; nothing of it is stored. Switch on `code`; `message` says what to do."""

    type: Literal["nack"] = "nack"
    client_id: UUID | None = None
    code: str
    message: str
    retryable: bool
    after_ms: int | None = None


class Ping(Frame):
    """Answer with `pong`; a silent peer is closed."""

    type: Literal["ping"] = "ping"


class Bye(Frame):
    """The server closes this socket next; come back after `after_ms`."""

    type: Literal["bye"] = "bye"
    code: int
    after_ms: int


# Server -> visitor ----------------------------------------------------------------------------------------------


class VisitorWelcome(Frame):
    """Answer to `hello`; then every missed message, then `synced`. `reset`: throw the local copy away.

    `conversation_id` is null until the first message. `heartbeat`: seconds between pings.
    """

    type: Literal["welcome"] = "welcome"
    conversation_id: UUID | None
    epoch: str
    head: int
    reset: bool
    state: VisitorState
    availability: Availability
    heartbeat: int
    limits: Limits


class MessageCreated(Frame):
    """One thing said, in the visitor's stream. `re`: the client_id of the visitor's message this answers.

    `lang`: BCP 47, what it is in, where that is another language than the one that the visitor reads.
    """

    type: Literal["message.created"] = "message.created"
    conversation_id: UUID
    seq: int
    id: UUID
    client_id: UUID | None = None
    author: Author
    text: str
    """May be empty beside a card or photos."""
    attachments: tuple[Photo, ...] = ()
    buttons: tuple[Button, ...] = ()
    card: Card | None = None
    sent_at: AwareDatetime
    re: UUID | None = None
    lang: str | None = None


class VisitorSynced(Frame):
    """Everything up to `head` was sent."""

    type: Literal["synced"] = "synced"
    head: int


class VisitorUpdated(Frame):
    """Who holds the conversation, the place in line, what was read."""

    type: Literal["conversation.updated"] = "conversation.updated"
    conversation_id: UUID
    state: VisitorState


class TypingBy(Frame):
    """Somebody on the other side is typing; forget it after 6 s without another."""

    type: Literal["typing"] = "typing"
    conversation_id: UUID
    by: Author
    on: bool


class AvailabilityChanged(Frame):
    """Somebody came to the desk, or the last one left it."""

    type: Literal["availability"] = "availability"
    availability: Availability


VisitorEvent = Annotated[
    VisitorWelcome
    | MessageCreated
    | VisitorSynced
    | Ack
    | Nack
    | VisitorUpdated
    | AvailabilityChanged
    | TypingBy
    | Ping
    | Bye,
    Field(discriminator="type"),
]


# Server -> agent ------------------------------------------------------------------------------------------------


class AgentWelcome(Frame):
    """Answer to an agent's `hello`; a `queue.changed` with `reset` follows."""

    type: Literal["welcome"] = "welcome"
    epoch: str
    agent: AgentRef
    available: bool
    capacity: int
    holds: tuple[Hold, ...]
    heartbeat: int
    limits: Limits
    now: AwareDatetime


class AgentMessageCreated(Frame):
    """A message or note in a conversation this agent follows. A note has no `seq`."""

    type: Literal["message.created"] = "message.created"
    conversation_id: UUID
    pos: int
    seq: int | None
    id: UUID
    client_id: UUID | None = None
    author: Author
    text: str
    attachments: tuple[Photo, ...] = ()
    buttons: tuple[Button, ...] = ()
    card: Card | None = None
    note: bool = False
    sent_at: AwareDatetime
    re: UUID | None = None


class EntryCreated(Frame):
    """An entry that is not a message: `tracker` (what the bot understood and did), `triage`, `handoff` and so on."""

    type: Literal["entry.created"] = "entry.created"
    conversation_id: UUID
    pos: int
    kind: Literal["tracker", "triage", "handoff", "promise", "remedy", "tag", "mark"]
    data: dict[str, Any]
    at: AwareDatetime


class AgentSynced(Frame):
    """Everything of this conversation up to `pos` `head` was sent."""

    type: Literal["synced"] = "synced"
    conversation_id: UUID
    head: int


class LedgerPromise(Frame):
    """A promise as the team sees it. Without an `owner` the bot made it, and everybody is to keep it."""

    id: UUID
    conversation_id: UUID
    what: str
    made_at: AwareDatetime
    due_at: AwareDatetime
    owner: AgentRef | None = None
    backup: AgentRef | None = None
    state: Literal["open", "re_agreed", "kept", "broken"]
    reminded: bool = False
    alerted: bool = False
    was_late: bool = False


class PromiseChanged(Frame):
    """A promise was made or settled, is due soon (`reminded`), needs its backup (`alerted`), or is late."""

    type: Literal["promise.changed"] = "promise.changed"
    promise: LedgerPromise


class RemedyPart(Frame):
    """One thing that is given: what it costs in minor units, or, of a refund and a credit, what the visitor gets."""

    remedy: RemedyName
    minor: Count
    what: Annotated[str, Field(max_length=300)] = ""


class RemedyOutcome(Frame):
    """What became of a part: done at the shop, with its `reference` there, or a promise in the ledger, and `why`."""

    how: Literal["shop", "task"]
    reference: str | None = None
    promise_id: UUID | None = None
    due_at: AwareDatetime | None = None
    why: str | None = None


class MadeRight(Frame):
    """A remedy as the team sees it. `says` allowed it, or sent it to a second person of the level `ask` at least.

    `outcomes`: one for each part, once it is `done`; `decision`: what the second person said.
    """

    id: UUID
    conversation_id: UUID
    visitor: str | None
    by: AgentRef
    currency: Currency
    parts: tuple[RemedyPart, ...]
    says: str
    ask: LevelName | None
    reason: str
    order_number: str | None
    asked_at: AwareDatetime
    state: Literal["asked", "going", "done", "declined", "withdrawn"]
    second: AgentRef | None
    decision: str
    outcomes: tuple[RemedyOutcome, ...]


class RemedyChanged(Frame):
    """Something was given, waits for a second person, was decided, or is done."""

    type: Literal["remedy.changed"] = "remedy.changed"
    remedy: MadeRight


class AgentUpdated(Frame):
    """Who holds a followed conversation, and whose it is; `read`: the last `seq` the visitor has seen."""

    type: Literal["conversation.updated"] = "conversation.updated"
    conversation_id: UUID
    status: Status
    agent: AgentRef | None = None
    gen: int | None = None
    read: int = 0
    online: bool = False
    visitor: str | None = None
    about: str | None = None


class ColleaguesHere(Frame):
    """Who else has this followed conversation in front of them; the agent who is told is not among them."""

    type: Literal["colleagues.here"] = "colleagues.here"
    conversation_id: UUID
    agents: tuple[AgentRef, ...]


class SecondPerson(Frame):
    """A conversation that `holder` has turned for the worse. It rings, quietly, at `agent` until `until`.

    `settled`: somebody has looked, or it is over. Without `agent` nobody is there to be told yet.
    """

    type: Literal["second.person"] = "second.person"
    conversation_id: UUID
    visitor: str | None
    about: str | None
    holder: AgentRef
    reason: ReasonName
    quote: str
    at: AwareDatetime
    agent: AgentRef | None
    until: AwareDatetime | None
    settled: bool


class QueueChanged(Frame):
    """Tickets that changed. `reset`: these are all open ones; forget the others."""

    type: Literal["queue.changed"] = "queue.changed"
    reset: bool
    tickets: tuple[TicketState, ...]


AgentEvent = Annotated[
    AgentWelcome
    | AgentMessageCreated
    | EntryCreated
    | AgentSynced
    | Ack
    | Nack
    | AgentUpdated
    | ColleaguesHere
    | PromiseChanged
    | SecondPerson
    | RemedyChanged
    | QueueChanged
    | TypingBy
    | Ping
    | Bye,
    Field(discriminator="type"),
]


# REST bodies that the front ends use ----------------------------------------------------------------------------


class SiteWords(Frame):
    """What a site says in one language; null where it has nothing of its own in it."""

    greeting: str | None = None
    starters: tuple[str, ...] | None = None
    notice: str | None = None


class SiteInfo(Frame):
    """What the widget needs to draw itself.

    `consent`: nothing is kept of visitors before they agree to `notice`; `mail`: answers can go out by mail; `words`:
    greeting, starters and notice in other languages, by ISO 639-1 code.
    """

    key: str
    name: str
    accent: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
    locale: str
    greeting: str
    starters: tuple[str, ...]
    team: tuple[str, ...]
    availability: Availability
    uploads: bool = False
    notice: str | None = None
    privacy_url: str | None = None
    consent: bool = False
    mail: bool = False
    words: dict[str, SiteWords] = {}


class CallbackTimes(Frame):
    """When somebody could call."""

    times: tuple[Span, ...]


class MailAddress(Frame):
    """Where answers go when the visitor has left."""

    email: str | None


class VisitorSession(Frame):
    """A new visitor's token. Kept by the widget, sent in `hello` and as a bearer token, never in a URL."""

    token: str
    site: SiteInfo


class PollLink(Frame):
    """A link for who cannot have a websocket. `link` is its secret: a bearer token, never in a URL."""

    link: str


class PolledFrames(Frame):
    """Frames of a link, as JSON text, numbered from `first` on. `closed`: the close code; nothing more comes."""

    first: int
    frames: tuple[str, ...]
    closed: int | None = None


class HistoryPage(Frame):
    """Older messages of the visitor's conversation, oldest first; `more`: there are older ones still."""

    messages: tuple[MessageCreated, ...]
    more: bool


class SignIn(Frame):
    """E-mail and password of an agent; `code` of the second step, once it was asked for with `code_needed`."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=1_000)]
    code: Annotated[str, Field(max_length=40)] | None = None


class AgentSession(Frame):
    """Who is signed in. `csrf` goes into the `X-Kickstand-CSRF` header, `socket_token` into `hello`.

    `enrol_first`: the role has to have a second step, and until it is set up nothing else is served.
    """

    agent: AgentRef
    email: str
    role: Literal["agent", "senior", "supervisor", "admin"]
    enrol_first: bool = False
    csrf: str
    socket_token: str


class ConversationSummary(Frame):
    """A row of the console's list of conversations."""

    conversation_id: UUID
    status: Status
    visitor: str | None
    about: str | None
    agent: AgentRef | None
    last_text: str
    updated_at: AwareDatetime


class ConversationList(Frame):
    """The newest conversations first; `before` of the next page is the last row's `updated_at`."""

    conversations: tuple[ConversationSummary, ...]
    more: bool


class Colleague(AgentRef):
    """An agent of the same sites. `here`: connected and taking conversations; `holds` of `capacity`."""

    here: bool
    holds: Count
    capacity: Count


class Team(Frame):
    """A team that conversations can be passed to; `here`: how many of it are there now."""

    id: UUID
    name: str
    here: Count


class Company(Frame):
    """To whom the agent can pass a conversation: everybody else of its site, those who are there first."""

    colleagues: tuple[Colleague, ...]
    teams: tuple[Team, ...]


class Fact(Frame):
    """Something known about the visitor, with where it comes from ("said in chat", "order")."""

    label: str
    value: str
    source: str


class Feeling(Frame):
    """How a message of the visitor read to triage: 0 calm, 1 as upset as can be."""

    at: AwareDatetime
    upset: Annotated[float, Field(ge=0, le=1)]


class CaseLine(Frame):
    """A case of the visitor."""

    number: str
    kind: str
    about: str
    opened_at: AwareDatetime


class EarlierConversation(ConversationSummary):
    """Another conversation of the visitor: how it ended for them. `score`: would they recommend us, 0 to 10.

    `asked`: they were asked; `solved`: as they said; `handed_over`: a person was needed.
    """

    began_at: AwareDatetime
    handed_over: bool = False
    asked: bool = False
    score: int | None = None
    solved: bool | None = None


class OrderStanding(Frame):
    """An order as it stands now; `items` in words, `late_days` after the day first told.

    `proved`: number and proof were told in the chat; else it goes by the e-mail address that the visitor left.
    """

    number: str
    proved: bool
    status: Literal[
        "received",
        "packed",
        "in_transit",
        "out_for_delivery",
        "pickup_ready",
        "delivered",
        "exception",
        "returned",
        "cancelled",
    ]
    placed_at: AwareDatetime
    items: tuple[str, ...]
    expected_for: date | None = None
    delivered_at: AwareDatetime | None = None
    late_days: int = 0
    url: str | None = None


class OrdersStanding(Frame):
    """The newest first. `is_silent`: the shop did not answer, so some may be missing."""

    orders: tuple[OrderStanding, ...]
    is_silent: bool = False


class VisitorCard(Frame):
    """What the console's customer pane shows: facts, and this visitor's other conversations."""

    conversation_id: UUID
    visitor: str | None
    facts: tuple[Fact, ...]
    earlier: tuple[EarlierConversation, ...]
    more_earlier: bool = False
    email: str | None = None
    verified: bool = False
    """The shop vouches for who this is."""
    brief: tuple[str, ...] = ()
    """Three lines: who, what was wished for and tried, how they feel and what was promised."""
    garage: tuple[str, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    feelings: tuple[Feeling, ...] = ()
    promises: tuple[LedgerPromise, ...] = ()


class PromiseList(Frame):
    """Promises, the one due next first."""

    promises: tuple[LedgerPromise, ...]


class NewPromise(Frame):
    """What an agent promises, and by when."""

    what: Annotated[str, Field(min_length=1, max_length=500)]
    due_at: AwareDatetime
    source: Literal["form", "composer"] = "form"


class RemedyOffer(Frame):
    """A remedy that is on offer at a site. Without `minor` whoever picks it says what it costs."""

    remedy: RemedyName
    what: Annotated[str, Field(max_length=300)] = ""
    minor: Count | None = None


class Allowance(Frame):
    """What this agent may give in this conversation now, and what was given in it.

    `says` is always in sight; `here`, `day` and `per_case` in minor units, null for any amount. `orders`: numbers that
    the visitor proved to be theirs or named; `second`: who is there now and may decide more than this agent.
    """

    conversation_id: UUID
    level: LevelName
    says: str
    currency: Currency
    here: int | None
    day: int | None
    per_case: int | None
    menu: tuple[RemedyOffer, ...]
    orders: tuple[str, ...]
    second: tuple[AgentRef, ...]
    remedies: tuple[MadeRight, ...]


class WantedRemedy(Frame):
    """What an agent thinks of giving."""

    currency: Currency
    parts: Annotated[tuple[RemedyPart, ...], Field(min_length=1, max_length=6)]


class WeighedRemedy(Frame):
    """May it be given, and the sentence that says so; `second`: who is there now and decides it, for `ask`."""

    kind: Literal["allowed", "allowed_with_note", "ask"]
    says: str
    ask: LevelName | None = None
    second: tuple[AgentRef, ...] = ()


class NewRemedy(WantedRemedy):
    """Give it. The same `id` again gives nothing twice; `ask`: where a second person is needed, ask for one."""

    id: UUID
    gen: Count
    reason: Annotated[str, Field(max_length=300)] = ""
    order_number: Annotated[str, Field(max_length=64)] | None = None
    ask: bool = False


class RemedyDecision(Frame):
    """The second person's word; `reason` is needed to decline."""

    approve: bool
    reason: Annotated[str, Field(max_length=300)] = ""


class RemedyList(Frame):
    """What waits for this agent as second person, the oldest first, and what the agent decides as."""

    remedies: tuple[MadeRight, ...]


class AmountLimit(Frame):
    """Minor units without asking; null: any amount."""

    per_case: Count | None
    per_day: Count | None


class LevelLimits(AmountLimit):
    """What a level may give in all, and of single remedies; null there: that one always takes two people."""

    needs_note: bool = False
    remedies: dict[RemedyName, AmountLimit | None] = Field(default_factory=dict)


class RemedyRules(Frame):
    """Who may give how much at a site, and what is on offer. Edited by admins."""

    site: Annotated[str, Field(max_length=200)]
    name: str = ""
    currency: Currency
    roles: dict[LevelName, LevelLimits]
    menu: Annotated[tuple[RemedyOffer, ...], Field(max_length=24)]


class RemedyRulesList(Frame):
    """Of all sites."""

    sites: tuple[RemedyRules, ...]


class NewDate(Frame):
    """The moment that was agreed on instead."""

    due_at: AwareDatetime


class Draft(Frame):
    """What an agent is writing."""

    text: Annotated[str, Field(max_length=TEXT_LIMIT)]


class FoundPromise(Frame):
    """A promise in a draft: characters `start` to `end`. Without `due_at` the agent is asked by when."""

    what: str
    due_at: AwareDatetime | None
    start: Count
    end: Count


class FoundPromises(Frame):
    """The promises in a draft, in order; those whose moment has passed are left out."""

    promises: tuple[FoundPromise, ...]


class WordingPhrase(Frame):
    """A phrase that closes a door, or belittles; `say` replaces it ("" takes it away), else `hint` says how."""

    where: Literal["reply", "note"]
    pattern: str
    say: str | None
    hint: str | None
    why: str


class WordingList(Frame):
    """For `new RegExp(pattern, "giu")`, the first that matches at a place winning."""

    version: int
    phrases: tuple[WordingPhrase, ...]


class CannedAnswer(Frame):
    """An answer that is written often; `{name}`, `{me}`, `{bike}` and `{order}` are filled in by the console."""

    id: UUID
    site: str
    title: str
    text: str


class CannedAnswerList(Frame):
    """The answers of the agent's sites, by title."""

    answers: tuple[CannedAnswer, ...]


class PutCanned(Frame):
    """A new canned answer, or other words for the one with this `id`."""

    id: UUID | None = None
    site: Annotated[str, Field(max_length=200)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Text


MarkLabel = Literal["none", "safety", "legal", "human_request", "repeat", "emotion"]
"""`none`: no reason to bring a person."""


class MarkedMessage(Frame):
    """What triage should have heard in the visitor's message at `pos`, as somebody said who read it."""

    pos: Count
    label: MarkLabel


class LabelList(Frame):
    """The tags of a conversation, and the marks of its messages."""

    tags: tuple[str, ...]
    marks: tuple[MarkedMessage, ...]


class TagList(Frame):
    """Tags that are in use, the most used first."""

    tags: tuple[str, ...]


class PutTag(Frame):
    """Put a tag on, or take it off. It is kept in small letters."""

    tag: Annotated[str, Field(min_length=1, max_length=80)]
    on: bool = True


class PutMark(Frame):
    """Mark a message of the visitor, or take the mark back with null."""

    pos: Count
    label: MarkLabel | None


class SearchHit(Frame):
    """A conversation with the words that were asked for; in `snippet` they stand between U+0002 and U+0003."""

    conversation: ConversationSummary
    pos: Count
    snippet: str


class SearchHits(Frame):
    """The best match first, each conversation once."""

    hits: tuple[SearchHit, ...]


class OwnSite(Frame):
    """A site whose figures one may see."""

    key: str
    name: str


class OwnSites(Frame):
    """Empty for whom the figures are not."""

    sites: tuple[OwnSite, ...]


class RecommendedBy(Frame):
    """What one customer said after a resolution. `came_upset`: their anger was a reason to ask for a person."""

    conversation_id: UUID
    resolved_at: AwareDatetime
    answered_at: AwareDatetime | None
    score: int | None
    why: str | None
    feeling: Literal["good", "mixed", "bad"] | None
    solved: bool | None
    visitor: str | None
    came_upset: bool


class RecommendedBefore(Frame):
    """The period before, of the same length."""

    n: int
    score: float | None


class Recommended(Frame):
    """Would customers recommend us to a fellow rider? Below 30 answers only the counts say something.

    `score`, `low` and `high` in points from -100 to 100 as `formula` says; `n` answered of `asked`. `scores`: how
    many said 0, 1, ... 10. `glad`, `neutral` and `upset`: how they said that they left. Of the `came_upset`
    customers who came upset `upset_told` said so, and `recovered` of these left glad.
    """

    site: str
    days: int
    since: AwareDatetime
    until: AwareDatetime
    formula: str
    asked: int
    n: int
    promoters: int
    passives: int
    detractors: int
    score: float | None
    low: float | None
    high: float | None
    response_rate: float | None
    solved: int
    not_solved: int
    scores: tuple[int, ...]
    glad: int
    neutral: int
    upset: int
    came_upset: int
    upset_told: int
    recovered: int
    before: RecommendedBefore
    verbatims: tuple[RecommendedBy, ...]


class ReasonCount(Frame):
    """How often a person was asked for because of this; `before`: in the period before, of the same length."""

    reason: Literal["safety", "legal", "human_request", "repeat", "emotion", "other"]
    count: int
    before: int


class GapCount(Frame):
    """What the assistant could not settle, in its own words, and how often."""

    what: str
    count: int


class WaitFigures(Frame):
    """Waits for a person, in seconds, as `formula` says; `p90_s` is null below ten of them."""

    formula: str
    answered: int
    left: int
    waiting: int
    median_s: float | None
    p90_s: float | None


class PromiseFigures(Frame):
    """Promises, as `formula` says; `rate` from 0 to 1, null of nothing."""

    formula: str
    due: int
    on_time: int
    late: int
    broken: int
    re_agreed: int
    open: int
    rate: float | None


class HandedOver(Frame):
    """One request for a person. `left`: over without a word of a person."""

    conversation_id: UUID
    visitor: str | None
    requested_at: AwareDatetime
    reason: Literal["safety", "legal", "human_request", "repeat", "emotion", "other"]
    quote: str
    gap: str | None
    waited_s: float | None
    left: bool


class Voice(Frame):
    """Why people were needed, how long customers waited for them, and what became of promises; newest cases first."""

    site: str
    days: int
    since: AwareDatetime
    until: AwareDatetime
    reasons: tuple[ReasonCount, ...]
    gaps: tuple[GapCount, ...]
    waits: WaitFigures
    promises: PromiseFigures
    cases: tuple[HandedOver, ...]


ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
AlertWay = Literal["push", "webhook", "slack", "email"]
WebAddress = Annotated[str, Field(max_length=2_000, pattern=r"^$|^https?://[^\s/]+")]


EmailAddress = Annotated[str, Field(max_length=254, pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"]+$")]


class PutDevice(Frame):
    """A browser's push subscription, and what to call it."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2_000)]
    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]
    device: Annotated[str, Field(min_length=1, max_length=80)]


class RemoveDevice(Frame):
    """The browser that is to be left alone."""

    endpoint: Annotated[str, Field(min_length=1, max_length=2_000)]


class AlertDevice(Frame):
    """A browser of the agent that takes messages; `here`: of this very session."""

    device: str
    reached_at: AwareDatetime | None
    here: bool


class AlertStep(Frame):
    """Who waits so long and was not taken is told of by this way."""

    after_s: Annotated[int, Field(ge=0, le=86_400)]
    way: AlertWay


class AlertPlan(Frame):
    """The steps of a site that lead somewhere."""

    site: str
    name: str
    steps: tuple[AlertStep, ...]


class AlertOverview(Frame):
    """How the signed-in agent is reached. `key`: our public key, as a browser wants it to subscribe."""

    key: str
    devices: tuple[AlertDevice, ...]
    plans: tuple[AlertPlan, ...]


class AlertTry(Frame):
    """Where a test went; `why` is empty where it got through."""

    where: str
    why: str


class AlertTries(Frame):
    """One for each place."""

    tries: tuple[AlertTry, ...]


class AlertOutcome(Frame):
    """What became of an alert."""

    way: AlertWay
    kind: str
    state: Literal["due", "sent", "dropped", "failed"]
    detail: str
    at: AwareDatetime


class AlertSettings(Frame):
    """How a site's people are reached. Secrets are never shown again: only that they are there.

    `mails`: this server can send mail; `owners`: who gets it while `owner_emails` is empty.
    """

    site: str
    name: str
    steps: tuple[AlertStep, ...]
    webhook_url: str | None
    webhook_signed: bool
    slack: bool
    mails: bool
    owner_emails: tuple[str, ...]
    owners: tuple[str, ...]
    recent: tuple[AlertOutcome, ...]


class AlertSettingsList(Frame):
    """The sites of the signed-in admin."""

    sites: tuple[AlertSettings, ...]


class PutAlertSettings(Frame):
    """`webhook_url` and `slack_url`: null leaves them as they are, "" takes them away."""

    steps: tuple[AlertStep, ...]
    webhook_url: WebAddress | None = None
    slack_url: WebAddress | None = None
    owner_emails: tuple[EmailAddress, ...] = ()


class WebhookKey(Frame):
    """Shown once, for whoever checks the signatures."""

    key: str


class TryWay(Frame):
    """The way to try."""

    way: Literal["webhook", "slack", "email"]


def _stretches(spans: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    if len(spans) > 6 or any(len(span) != 2 for span in spans):
        raise ValueError("a day has at most six stretches, each an opening and a closing time")
    return spans


Spans = Annotated[tuple[tuple[ClockTime, ...], ...], AfterValidator(_stretches)]
"""Stretches of a day: opening and closing time of each."""


class HoursPlan(Frame):
    """Weekly hours by weekday ("mon": [["09:00", "18:00"]]), and days that differ by date; an empty day is closed."""

    tz: Annotated[str, Field(max_length=64)]
    weekly: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Spans]
    days: Annotated[dict[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")], Spans], Field(max_length=400)]


class TeamHours(Frame):
    """A team; null: it keeps the hours of its site."""

    id: UUID
    name: str
    hours: HoursPlan | None


class SiteHours(Frame):
    """When people of a site are there, and the longest wait that visitors are promised then."""

    site: str
    name: str
    hours: HoursPlan
    answer_within_s: int
    teams: tuple[TeamHours, ...]


class SiteHoursList(Frame):
    """The sites of the signed-in agent."""

    sites: tuple[SiteHours, ...]


class PutHours(Frame):
    """Of the site, or of its `team`, for which null means those of the site."""

    team: UUID | None = None
    hours: HoursPlan | None
    answer_within_s: Annotated[int, Field(ge=60, le=86_400)] | None = None


class PreviewHours(Frame):
    """A moment on the clock of the hours ("2026-12-24T16:30"), asked of hours that need not be stored yet."""

    at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]
    hours: HoursPlan
    answer_within_s: Annotated[int, Field(ge=60, le=86_400)]


class CallSlot(Frame):
    """A time at which somebody could call."""

    begins: AwareDatetime
    ends: AwareDatetime


class HoursPreview(Frame):
    """What a visitor who asks for a person then is told, if everybody keeps to the plan."""

    at: AwareDatetime
    open: bool
    changes_at: AwareDatetime | None
    answer_by: AwareDatetime | None
    slots: tuple[CallSlot, ...]
    says: str


class Problem(Frame):
    """Body of every HTTP error."""

    code: str
    message: str
    retryable: bool
    request_id: str


visitor_commands: TypeAdapter[VisitorCommand] = TypeAdapter(VisitorCommand)
agent_commands: TypeAdapter[AgentCommand] = TypeAdapter(AgentCommand)
visitor_events: TypeAdapter[VisitorEvent] = TypeAdapter(VisitorEvent)
agent_events: TypeAdapter[AgentEvent] = TypeAdapter(AgentEvent)
cards: TypeAdapter[Card] = TypeAdapter(Card)
