"""What the desk needs from whoever stores tickets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from handoff.models import Agent, ConversationId, HandoffRequest, Hold, SiteId, Ticket


class Queue(Protocol):
    """Tickets, and those waiting in the order they are served.

    Each verb is one transaction: it checks, changes the ticket and the conversation's holder, and stores the
    sentence `says` that the visitor sees; on an error nothing of it happened. Races are settled inside it.
    Times are aware UTC.
    """

    async def request(self, conversation_id: ConversationId, site_id: SiteId, request: HandoffRequest) -> Ticket:
        """Open a ticket for the conversation, or raise the one that is open.

        Raising keeps `id`, `state`, `agent_id`, `gen` and `requested_at`, and adds what is new of `evidence`,
        of which the newest 20 pieces stay.
        The better rank wins: when the request ranks before the ticket, its `rank_at`, `reason` and `quote`
        replace the ticket's. `says` is stored when a ticket is opened and when a waiting one moves up;
        otherwise the visitor has heard that a person comes, or is with one, and nothing is said.
        """

    async def claim(self, conversation_id: ConversationId, agent: Agent, *, now: datetime, says: str) -> Ticket:
        """Give the waiting ticket to `agent`: `assigned`, `gen` one higher.

        Claiming what one holds already gives that ticket again, unchanged, and says nothing: a resend is
        harmless. Raises AlreadyAssigned with the holder's name, NotWaiting when no ticket is open, and
        AtCapacity when the agent holds `capacity` assigned tickets.
        """

    async def release(self, hold: Hold, *, to: Literal["queue", "bot"], now: datetime, says: str) -> Ticket:
        """Give the conversation back.

        To the queue: `waiting` again with its old `rank_at`, so at its old place in the line. To the bot: the
        ticket is closed and the bot holds the conversation. Raises NotAssigned when `hold` is not valid.
        """

    async def resolve(self, hold: Hold, *, now: datetime, says: str) -> Ticket:
        """Close the ticket and the conversation. Raises NotAssigned when `hold` is not valid."""

    async def waiting(self, site_id: SiteId) -> Sequence[Ticket]:
        """The site's waiting tickets in the order they are served: by `rank_at`, then `id`."""
