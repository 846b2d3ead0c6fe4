"""What an agent asks of the desk, command by command, and the desk's refusals as they go on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app import errors
from app.card_numbers import masked
from app.errors import ChatError, NoSuchConversation
from app.persistence.console import ConsoleReads
from app.persistence.journal import Journal
from app.persistence.ledger import Ledger
from app.persistence.people import People
from app.persistence.roster import Roster
from app.protocol import (
    TicketClaim,
    TicketDecline,
    TicketRelease,
    TicketResolve,
    TicketSnooze,
    TicketTakeOver,
    TicketTransfer,
)
from handoff import (
    Agent,
    AgentId,
    AlreadyAssigned,
    AtCapacity,
    ConversationId,
    Desk,
    HandoffError,
    Hold,
    InThePast,
    MayNot,
    Moved,
    NoRoom,
    NotAssigned,
    NotWaiting,
    Offered,
    SiteId,
    TeamId,
    Ticket,
)

TicketCommand = (
    TicketClaim | TicketDecline | TicketTransfer | TicketSnooze | TicketRelease | TicketResolve | TicketTakeOver
)


class TicketVerbs:
    """Carries out the commands of agents at their desks. Each is settled in one transaction of the queue."""

    def __init__(
        self, desk: Desk, console: ConsoleReads, journal: Journal, people: People, roster: Roster, ledger: Ledger
    ) -> None:
        self._ledger = ledger
        self.desk = desk
        self._console = console
        self._journal = journal
        self._people = people
        self._roster = roster

    async def obey(self, command: TicketCommand, agent: Agent, *, now: datetime) -> Ticket:
        """The ticket afterwards. Raises NoSuchConversation, NoSuchColleague, or what the desk refuses with."""
        conversation_id = await self.own_site(command.conversation_id, agent.id)
        match command:
            case TicketClaim():
                return await self.desk.claim(conversation_id, agent, now=now)
            case TicketTakeOver():
                return await self.desk.take_over(conversation_id, agent, now=now)
            case TicketDecline():
                return await self.desk.decline(conversation_id, agent.id, now=now)
        hold = Hold(conversation_id, agent.id, command.gen)
        match command:
            case TicketRelease():
                return await self.desk.release(hold, agent, to=command.to, now=now)
            case TicketResolve():
                if not command.keep_promises:
                    await self._nothing_is_open(conversation_id)
                return await self.desk.resolve(hold, agent, now=now)
            case TicketSnooze():
                site = await self._people.site_by_id(await self._site_of(conversation_id))
                return await self.desk.snooze(hold, agent, until=command.until, now=now, tz=site.hours.tz)
            case TicketTransfer():
                return await self._transfer(command, hold, agent, now)

    async def own_site(self, conversation: UUID, agent_id: AgentId) -> ConversationId:
        """The conversation, if it is of a site this agent works for. Raises NoSuchConversation."""
        conversation_id = ConversationId(str(conversation))
        if not await self._console.works_for(agent_id, conversation_id):
            raise NoSuchConversation
        return conversation_id

    async def _nothing_is_open(self, conversation_id: ConversationId) -> None:
        """Raises OpenPromises, naming the one that is due first."""
        open_ones = [promise for promise in await self._ledger.of(conversation_id) if promise.is_open]
        if open_ones:
            raise errors.OpenPromises(
                f"“{open_ones[0].what}” is promised and open. Keep it, agree on another moment, or resolve and keep it"
                " afterwards."
            )

    async def _transfer(self, command: TicketTransfer, hold: Hold, agent: Agent, now: datetime) -> Ticket:
        if (command.agent_id is None) == (command.team_id is None):
            raise errors.BadFrame("Pass it to a colleague or to a team: name one of the two.")
        site_id, note = await self._site_of(hold.conversation_id), masked(command.note)
        if command.team_id is not None:
            team_id = TeamId(str(command.team_id))
            name = (await self._roster.teams(site_id)).get(team_id)
            if name is None:
                raise errors.NoSuchColleague
            return await self.desk.transfer_to_team(hold, agent, team_id, team=name, note=note, now=now)
        everybody = {each.agent.id: each for each in await self._roster.colleagues(site_id, now)}
        to = everybody.get(AgentId(str(command.agent_id)))
        if to is None or to.agent.id == agent.id:
            raise errors.NoSuchColleague
        if not to.present:
            raise errors.NoSuchColleague(f"{to.agent.name} is away just now. Pass it to a team, or to who is there.")
        return await self.desk.transfer_to(hold, agent, to.agent, note=note, now=now)

    async def _site_of(self, conversation_id: ConversationId) -> SiteId:
        conversation = await self._journal.conversation(conversation_id)
        if conversation is None:
            raise NoSuchConversation
        return conversation.site_id


def translated(error: HandoffError) -> ChatError:
    """The desk's refusal as it goes on the wire."""
    match error:
        case Offered():
            return errors.Offered(f"This conversation rings at {error.holder} just now. The next one is yours to take.")
        case AlreadyAssigned():
            return errors.AlreadyAssigned(
                f"{error.holder} has this conversation. The next one in line is yours to take."
            )
        case AtCapacity():
            return errors.AtCapacity()
        case NotAssigned():
            return errors.NotAssigned()
        case NotWaiting():
            return errors.NotWaiting()
        case MayNot():
            return errors.Forbidden("Taking over is for supervisors. Ask one of them, or leave a note for who has it.")
        case NoRoom():
            return errors.NoRoom(str(error))
        case Moved():
            return errors.Moved()
        case InThePast():
            return errors.InThePast(str(error))
        case _:
            return ChatError(str(error))
