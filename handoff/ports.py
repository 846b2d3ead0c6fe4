"""What the desk needs from whoever stores tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from handoff.models import Agent, AgentId, ConversationId, HandoffRequest, Hold, SiteId, Ticket, Transfer
from handoff.routing import Decision


class Queue(Protocol):
    """Tickets, and those waiting in the order they are served.

    Each verb is one transaction: it checks, changes the ticket and the conversation's holder, and stores the
    sentence `says` that the visitor sees; on an error nothing of it happened. Races are settled inside it.
    Times are aware UTC. Every open ticket has a `due_at` until its holder has written: whoever sweeps asks
    `handoff.routing` what happens then, and carries it out with `follow`.
    """

    async def request(self, conversation_id: ConversationId, site_id: SiteId, request: HandoffRequest) -> Ticket:
        """Open a ticket for the conversation, or raise the one that is open.

        Raising keeps `id`, `state`, `agent_id`, `gen` and `requested_at`, and adds what is new of `evidence`,
        of which the newest 20 pieces stay.
        The better rank wins: when the request ranks before the ticket, its `rank_at`, `reason` and `quote`
        replace the ticket's. `says` is stored when a ticket is opened and when a waiting one moves up;
        otherwise the visitor has heard that a person comes, or is with one, and nothing is said.
        A new ticket knows who held the conversation last; one at rest wakes.
        """

    async def claim(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        """Give the waiting ticket to `agent`, or let them accept what rings at them: `assigned`, `gen` one higher.

        Claiming what one holds already gives that ticket again, unchanged, and says nothing: a resend is
        harmless. Raises AlreadyAssigned with the holder's name, Offered while it rings at somebody else,
        NotWaiting when no ticket is open, and AtCapacity when the agent has `capacity` others that are
        assigned to them or ring at them.
        """

    async def take_over(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        """Take the open ticket from whoever has it, or from the line: `assigned` to `agent`, `gen` one higher.

        Taking over what one holds already gives that ticket again, unchanged, and says nothing. Raises MayNot for who
        is no supervisor, or is none any more; NotWaiting when no ticket is open; AtCapacity as `claim` does.
        """

    async def release(self, hold: Hold, *, to: Literal["queue", "bot"], now: datetime, says: str) -> Ticket:
        """Give the conversation back.

        To the queue: `waiting` again with its old `rank_at`, so at its old place in the line. To the bot: the
        ticket is closed and the bot holds the conversation. Raises NotAssigned when `hold` is not valid.
        """

    async def resolve(self, hold: Hold, *, now: datetime, says: str) -> Ticket:
        """Close the ticket and the conversation. Raises NotAssigned when `hold` is not valid."""

    async def transfer(self, hold: Hold, transfer: Transfer, *, now: datetime, says: str) -> Ticket:
        """Pass the conversation on, with its note for colleagues.

        To a person: `offered`, ringing at them until `accept_by`, then back at its old place in the line. To a
        team: `waiting` at its old place, for that team. Raises NotAssigned when `hold` is not valid, NoRoom when
        the person has none, and InThePast when `accept_by` is.
        """

    async def snooze(self, hold: Hold, *, until: datetime, now: datetime, says: str) -> Ticket:
        """Lay the conversation aside: `waiting` and at rest, nobody is rung before `until` or the next request.

        Anybody may claim it meanwhile. Raises NotAssigned when `hold` is not valid, InThePast when `until` is.
        """

    async def decline(self, conversation_id: ConversationId, agent_id: AgentId, *, now: datetime) -> Ticket:
        """Let an offer pass: `waiting` again. Raises Moved when it does not ring at this agent."""

    async def follow(self, seen: Ticket, decision: Decision, *, now: datetime, says: str | None = None) -> Ticket:
        """Carry out what `handoff.routing` decided about `seen`, with its reason on record.

        Raises Moved when somebody has moved the ticket since, and AtCapacity when the agent of an Offer has
        been given others meanwhile. `says` is stored if given.
        """

    async def waiting(self, site_id: SiteId) -> Sequence[Ticket]:
        """The site's tickets whose visitors wait for somebody, in the order they are served: by `rank_at`, then `id`.

        Those that ring at somebody are among them; those at rest are not.
        """

    async def open_tickets(self, site_id: SiteId) -> Sequence[Ticket]:
        """All of the site's tickets that are not closed, in the same order."""
