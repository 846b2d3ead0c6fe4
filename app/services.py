"""What the routes of one running server share. Made in `app.main`, found through the application's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from app.alerts.alarms import Alarms
from app.backplane import Backplane
from app.bots import Bots
from app.calls import Calls
from app.dialogues import Dialogues
from app.duty import Duty
from app.erasure import Erasure
from app.errors import NotAuthenticated
from app.gateway.agent import AgentGate
from app.gateway.auth import SessionTokens
from app.gateway.hub import Hub
from app.gateway.limits import Counter, TokenBucket, counted_as
from app.gateway.line import Line
from app.gateway.links import Links
from app.gateway.origins import Origins
from app.gateway.visitor import VisitorGate
from app.keeper import Keeper
from app.mail.mailer import Mailer
from app.mail.tokens import MailTokens
from app.metrics import Metrics
from app.persistence.accounts import Accounts
from app.persistence.arrangements import Arrangements
from app.persistence.audit import AuditLog
from app.persistence.canned import CannedAnswers
from app.persistence.console import ConsoleReads
from app.persistence.database import Sessions
from app.persistence.depths import Depths
from app.persistence.handovers import Handovers
from app.persistence.identities import Identities
from app.persistence.journal import Journal
from app.persistence.labels import Labels
from app.persistence.own_data import OwnData
from app.persistence.people import People, Visitor, admit_to
from app.persistence.photos import Photos
from app.persistence.remedy_rules import RemedyRulesBook
from app.persistence.resolutions import Resolutions
from app.persistence.roster import Roster
from app.persistence.search import Search
from app.persistence.second_step import SecondStep
from app.persistence.teams import Teams
from app.photos.links import PhotoLinks
from app.photos.storage import Storage
from app.remedies import Remedies
from app.router import Router
from app.settings import Settings
from app.shops.connections import Connection
from app.sites import Site
from app.turns import Turns
from bot.ports import Shop
from handoff import Desk
from handoff.ports import Queue


@dataclass(frozen=True, slots=True)
class Services:
    """One of each."""

    settings: Settings
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    journal: Journal
    people: People
    accounts: Accounts
    second_step: SecondStep
    teams: Teams
    audit: AuditLog
    own_url: str
    """Where people reach the console's pages, without a slash at the end; what links are made from."""
    identities: Identities
    resolutions: Resolutions
    handovers: Handovers
    own_data: OwnData
    own_data_requests: TokenBucket
    erasure: Erasure
    mailer: Mailer | None
    mail_tokens: MailTokens
    queue: Queue
    answers: TokenBucket
    duty: Duty
    console: ConsoleReads
    roster: Roster
    keeper: Keeper
    remedies: Remedies
    remedy_rules: RemedyRulesBook
    alarms: Alarms
    calls: Calls
    arrangements: Arrangements
    desk: Desk
    line: Line
    router: Router
    search: Search
    canned: CannedAnswers
    labels: Labels
    shop_of: Callable[[Site], Shop]
    reads: Sessions
    turns: Turns
    dialogues: Dialogues
    bots: Bots
    backplane: Backplane
    hub: Hub
    metrics: Metrics
    depths: Depths
    tokens: SessionTokens
    origins: Origins
    visitors: VisitorGate
    agents: AgentGate
    new_visitors: TokenBucket
    sign_ins: TokenBucket
    handshakes: TokenBucket
    shops: Mapping[str, Connection]
    """Where sites' orders are, by site key."""
    writes: Sessions
    anonymous: Counter
    uploads: TokenBucket
    photos: Photos
    photo_links: PhotoLinks
    storage: Storage
    links: Links

    @staticmethod
    def address(connection: HTTPConnection) -> str:
        """Where a request comes from, as far as the trusted proxies tell, in the form that limits count by."""
        return counted_as(connection.client.host) if connection.client else "unknown"


def services(connection: HTTPConnection) -> Services:
    """The services of the server that handles this request or socket."""
    here: Services = connection.app.state.services
    return here


async def _known(request: Request) -> Visitor:
    """Whose token the request shows."""
    here = services(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    visitor = await here.people.visitor(token, here.clock()) if scheme.lower() == "bearer" and token else None
    if visitor is None:
        raise NotAuthenticated
    return visitor


async def _admitted(request: Request) -> Visitor:
    """The same, where the site serves whoever it is."""
    visitor = await _known(request)
    admit_to(await services(request).people.site_by_id(visitor.site_id), visitor)
    return visitor


KnownVisitor = Annotated[Visitor, Depends(_known)]
"""Whoever shows a visitor's token, before it is asked who that is. Checked before anything else of a request."""
TheVisitor = Annotated[Visitor, Depends(_admitted)]
"""The visitor of a request. Checked before anything else of it."""
