"""The composition root: the only place that names concrete classes, and the life of a server around them."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import httpx
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

import bot
from app.alerts.alarms import Alarms
from app.alerts.push import Vapid
from app.alerts.ways import Ways
from app.assessor import Assessor
from app.backplane.memory import MemoryBackplane
from app.bots import Bots, renew_on_change
from app.calls import Calls
from app.carrying_out import CarryingOut
from app.dialogues import Dialogues
from app.duty import Duty
from app.erasure import Erasure
from app.errors import BadFrame, ChatError, StartupRefused
from app.gateway.agent import AgentGate
from app.gateway.auth import SessionTokens
from app.gateway.comparison import Comparison
from app.gateway.gate import Switchboard
from app.gateway.hub import Hub
from app.gateway.limits import Counter, TokenBucket
from app.gateway.line import Line
from app.gateway.links import Links
from app.gateway.origins import Origins, origin_of
from app.gateway.sharing import SharedLimits
from app.gateway.sockets import router as sockets
from app.gateway.tickets import TicketVerbs
from app.gateway.visitor import VisitorGate
from app.keeper import Keeper
from app.mail.mailer import Mailer
from app.mail.post import Post
from app.mail.tokens import MailTokens
from app.metrics import Metrics
from app.outgoing import Inside, Outgoing, guarded_transport
from app.persistence.accounts import Accounts
from app.persistence.alerts import Alerts
from app.persistence.appointments import Appointments
from app.persistence.arrangements import Arrangements
from app.persistence.audit import AuditLog
from app.persistence.canned import CannedAnswers
from app.persistence.chores import Chores, Job
from app.persistence.clock import StoreClock
from app.persistence.console import ConsoleReads
from app.persistence.database import Database, open_database
from app.persistence.depths import Depths
from app.persistence.handovers import Handovers
from app.persistence.history import History
from app.persistence.identities import Identities
from app.persistence.labels import Labels
from app.persistence.ledger import Ledger
from app.persistence.own_data import OwnData
from app.persistence.passwords import Passwords
from app.persistence.people import People
from app.persistence.photos import Photos
from app.persistence.remedies import RemedyBook
from app.persistence.remedy_rules import RemedyRulesBook
from app.persistence.resolutions import Resolutions
from app.persistence.roster import Roster
from app.persistence.search import Search
from app.persistence.second_step import SecondStep
from app.persistence.sql_journal import SqlJournal
from app.persistence.sql_queue import SqlQueue
from app.persistence.teams import Teams
from app.persistence.unread import UnreadAnswers
from app.persistence.waits import Waits
from app.photos.links import PhotoLinks
from app.photos.storage import Folder
from app.presence import Presence
from app.protocol import Problem
from app.remedies import Remedies
from app.reminders import Reminders
from app.rest.account import router as account_rest
from app.rest.agent import router as agent_rest
from app.rest.alerts import router as alerts_rest
from app.rest.callbacks import router as callbacks_rest
from app.rest.desk import router as desk_rest
from app.rest.hours import router as hours_rest
from app.rest.identity import router as identity_rest
from app.rest.labels import router as labels_rest
from app.rest.mail import router as mail_rest
from app.rest.manners import Manners
from app.rest.orders import router as orders_rest
from app.rest.own_data import router as own_data_rest
from app.rest.owner import router as owner_rest
from app.rest.pages import router as pages
from app.rest.people import router as people_rest
from app.rest.photos import router as photos_rest
from app.rest.poll import router as poll_rest
from app.rest.rasa import router as rasa_rest
from app.rest.recommend import router as recommend_rest
from app.rest.remedies import router as remedies_rest
from app.rest.remedies import rules_router as remedy_rules_rest
from app.rest.visitor import router as visitor_rest
from app.rest.wall import router as wall_rest
from app.rest.watching import router as watching
from app.router import Router
from app.sealing import Seal
from app.second import SecondPersons
from app.services import Services
from app.settings import Settings
from app.shops.cases import DatabaseCases
from app.shops.connections import Connection, read_connections
from app.shops.database import DatabaseShop
from app.shops.garage import DatabaseGarage
from app.shops.preferences import DatabasePreferences
from app.sites import Site
from app.sweeper import Sweeper
from app.turns import Turns
from app.watch import StoreWatch
from bot import Assistant, Limits
from bot.ports import Services as BotServices
from bot.ports import Shop
from handoff import Desk
from handoff.routing import Plan
from handoff.triage import Triage, Tunings

log = structlog.get_logger(__name__)

BUILT_IN_PROJECT = Path(bot.__file__).parent / "project"
ROUTERS = (
    pages,
    visitor_rest,
    identity_rest,
    photos_rest,
    recommend_rest,
    owner_rest,
    own_data_rest,
    mail_rest,
    callbacks_rest,
    poll_rest,
    agent_rest,
    account_rest,
    people_rest,
    wall_rest,
    desk_rest,
    labels_rest,
    remedies_rest,
    remedy_rules_rest,
    alerts_rest,
    hours_rest,
    rasa_rest,
    sockets,
    orders_rest,
    watching,
)
CHORES_LEASE = 1.5  # intervals between sweeps after which another process does the chores
TURN_MARGIN = timedelta(seconds=10)  # a turn's lease outlives its time limit, so that it is never run twice at once


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> FastAPI:
    """The server as an ASGI application. Nothing connects before its lifespan starts.

    `clock`, `monotonic` and `sleep` are the time that everything here goes by, for who wants to set it.
    """

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        async with open_services(settings, clock, monotonic, sleep) as services:
            api.state.services = services
            yield

    api = FastAPI(title="Kickstand", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    for router in ROUTERS:
        api.include_router(router)
    api.add_middleware(Manners)
    _translate_errors(api)
    return api


@asynccontextmanager
async def open_services(
    settings: Settings,
    clock: Callable[[], datetime],
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> AsyncIterator[Services]:
    """Everything that runs, opened in order and closed in reverse."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.store, durability=settings.durability))
        if database.is_shared and clock is now:
            store_clock = StoreClock(database.reader, monotonic, clock)
            await store_clock.set()
            clock = store_clock
        http = await stack.enter_async_context(
            httpx.AsyncClient(timeout=settings.action_timeout.total_seconds(), trust_env=False)
        )
        people = People(database.reads, database.writes, idle=settings.session_idle, absolute=settings.session_absolute)
        seal = Seal(settings.secret_key.get_secret_value())
        second_step = SecondStep(database.reads, database.writes, seal)
        outgoing = Outgoing(guarded_transport(_inside(settings)), monotonic, settings.action_timeout)
        stack.push_async_callback(outgoing.aclose)
        shops = read_connections(settings.shops or settings.data_dir / "shops.toml")

        def shop_of(site: Site) -> Shop:
            own = DatabaseShop(database.reads, site.id, clock)
            return shops.get(site.key, Connection()).shop(own, outgoing, clock)

        bots = await _bots(settings, database, people, http, shop_of, clock)
        tasks = await stack.enter_async_context(anyio.create_task_group())
        gateway = f"{socket.gethostname()}:{settings.port}"

        journal = SqlJournal(
            database.writer,
            database.reader,
            turn_lease=settings.turn_timeout + TURN_MARGIN,
            reopen_within=settings.reopen_within,
            owner=f"{gateway}/" if database.is_shared else "",
        )
        epoch = await journal.epoch()
        backplane = _backplane(settings, epoch, gateway, monotonic)
        dialogues = Dialogues(journal)
        backplane.listen(dialogues.hear)
        photo_links = PhotoLinks(settings.secret_key.get_secret_value(), clock, settings.photo_link)
        hub = Hub(photo_links.sign)
        backplane.listen(hub.hear)
        backplane.concerns = hub.concerns
        queue = SqlQueue(database.writer, database.reader, backplane)
        console = ConsoleReads(database.reader)
        roster = Roster(database.reader)
        ledger = Ledger(database.reader)
        search = Search(database.writer, database.reader, sleep)
        desk = Desk(queue, locales=journal.locale)
        duty = Duty(people, clock)
        tunings = Tunings.load(settings.triage_tuning) if settings.triage_tuning else Tunings()
        assessor = Assessor(Triage.load(), tunings, History(database.reader).before, people.site_by_id)
        turns = Turns(
            journal,
            backplane,
            dialogues,
            bots.of,
            assessor,
            desk,
            duty,
            people,
            settings,
            clock,
        )
        stack.push_async_callback(turns.stop)
        photos, storage = Photos(database.reads, database.writes), Folder(settings.data_dir / "photos")
        own_data = OwnData(database.reads, database.writes)
        erasure = Erasure(own_data, photos, storage, people, dialogues, backplane, clock, sleep)
        chores: list[Job] = [erasure.run]
        metrics = Metrics()
        backplane.listen(metrics.hear)
        turns.on_answered = metrics.answered
        turns.on_kept = metrics.kept
        database.writer.on_commit = metrics.committed
        resolutions = Resolutions(database.reader, database.writer)
        mail_tokens = MailTokens(settings.secret_key.get_secret_value(), settings.mail_link)
        mailer = post = None
        if settings.smtp_url is not None:
            post = Post.at(settings.smtp_url.get_secret_value(), settings.mail_from, settings.mail_replies)
            unread = UnreadAnswers(database.reader, database.writer)
            url = own_origins(settings)[0]
            after = settings.mail_after
            mailer = Mailer(post, mail_tokens, unread, resolutions, people, hub, url, after, clock, sleep)
            chores.append(mailer.run)
        appointments = Appointments(database.reader)
        waits = Waits(database.reader, clock)
        arrangements = Arrangements(database.reads, database.writes)
        alerts = Alerts(
            database.writer, database.reader, idle=settings.session_idle, absolute=settings.session_absolute
        )
        console_url = own_origins(settings)[0]
        vapid = Vapid(settings.secret_key.get_secret_value(), _contact(settings, console_url))
        ways = Ways(outgoing, vapid, alerts, post, clock)
        alarms = Alarms(alerts, ways, people, queue, console_url, tasks, clock, sleep)
        keeper = Keeper(database.writer, ledger, people, roster, alarms, backplane, clock, sleep)
        calls = Calls(database.writer, appointments, journal, people, keeper, turns, backplane, clock)
        refunds = {key: each for key, shop in shops.items() if (each := shop.refunds(outgoing)) is not None}
        remedies = Remedies(
            database.writer,
            RemedyBook(database.reader, database.writer),
            CarryingOut(database.writer, database.reader, people, roster, refunds, clock),
            people,
            roster,
            console,
            alarms,
            backplane,
            tasks,
            clock,
            sleep,
        )
        line = Line(hub, journal, queue, people, duty, waits, resolutions, console, appointments, arrangements, clock)
        second = SecondPersons(database.writer, database.reader, roster, backplane, clock, sleep)
        origins = Origins(own_origins(settings))
        tokens = SessionTokens(settings.secret_key.get_secret_value())
        board = Switchboard(settings, hub, journal, people, backplane, origins, clock, monotonic, epoch)
        visitors = VisitorGate(board, line, duty, turns)
        agents = AgentGate(board, TicketVerbs(desk, console, journal, people, roster, ledger), console, tokens, second)
        if settings.dev:
            tasks.start_soon(renew_on_change, bots, settings.bot_project or BUILT_IN_PROJECT, _to_the_developer)
        if isinstance(clock, StoreClock):
            tasks.start_soon(clock.run, sleep)
        tasks.start_soon(backplane.run)
        if database.is_shared:
            hub.elsewhere = backplane.is_online
            tasks.start_soon(Comparison(hub, backplane, journal, console).run)
        disk = settings.store.parent if isinstance(settings.store, Path) else None
        tasks.start_soon(StoreWatch(journal, hub, turns, disk, time.monotonic, anyio.sleep).run)
        tasks.start_soon(line.run)
        tasks.start_soon(Presence(hub, people, settings, clock, monotonic, sleep).run)
        sweeper = Sweeper(journal, turns, desk, console, people, settings, clock, sleep)
        sweeper.on_lost = metrics.lost
        tasks.start_soon(sweeper.run)
        router = Router(desk, people, roster, arrangements, alarms, Plan(), clock, sleep)
        reminders = Reminders(journal, dialogues, turns, settings.sweep_interval, clock, sleep)
        chores += [sweeper.watch_agents, partial(router.run, settings.lease), keeper.run, search.run, reminders.run]
        chores += [remedies.run, second.run]
        if database.is_shared:
            lease = settings.sweep_interval * CHORES_LEASE
            tasks.start_soon(Chores(database.writer, f"{gateway}/{uuid4()}", lease, clock, sleep).run, *chores)
        else:
            for chore in chores:
                tasks.start_soon(chore)
        tasks.start_soon(alarms.run)
        services = Services(
            settings=settings,
            clock=clock,
            monotonic=monotonic,
            journal=journal,
            people=people,
            accounts=Accounts(database.reads, database.writes, second_step, Passwords()),
            second_step=second_step,
            teams=Teams(database.reads, database.writes),
            audit=AuditLog(database.reads),
            own_url=own_origins(settings)[0],
            duty=duty,
            console=console,
            roster=roster,
            keeper=keeper,
            remedies=remedies,
            remedy_rules=RemedyRulesBook(database.reads, database.writes),
            alarms=alarms,
            calls=calls,
            arrangements=arrangements,
            desk=desk,
            line=line,
            router=router,
            search=search,
            shop_of=shop_of,
            labels=Labels(database.reader, database.writer),
            canned=CannedAnswers(database.reads, database.writes),
            reads=database.reads,
            turns=turns,
            dialogues=dialogues,
            bots=bots,
            resolutions=resolutions,
            handovers=Handovers(database.reader),
            own_data=own_data,
            own_data_requests=TokenBucket(5 / 60, 5, monotonic),
            erasure=erasure,
            mailer=mailer,
            mail_tokens=mail_tokens,
            queue=queue,
            answers=TokenBucket(settings.visitor_rate, settings.visitor_rate * 2, monotonic),
            identities=Identities(database.writer, settings.identity_session),
            backplane=backplane,
            hub=hub,
            metrics=metrics,
            depths=Depths(database.reader),
            tokens=tokens,
            origins=origins,
            visitors=visitors,
            agents=agents,
            new_visitors=TokenBucket(
                settings.new_visitors_per_minute / 60, settings.new_visitors_per_minute, monotonic
            ),
            sign_ins=TokenBucket(settings.sign_ins_per_minute / 60, settings.sign_ins_per_minute, monotonic),
            handshakes=TokenBucket(settings.handshakes_per_second, settings.handshakes_per_second * 2, monotonic),
            uploads=TokenBucket(settings.photos_per_minute / 60, settings.photos_per_minute, monotonic),
            photos=photos,
            photo_links=photo_links,
            storage=storage,
            anonymous=Counter(),
            links=Links(tasks),
            shops=shops,
            writes=database.writes,
        )
        if settings.redis_url is not None:
            shared = {
                "messages": visitors.per_minute,
                "new_visitors": services.new_visitors,
                "sign_ins": services.sign_ins,
                "handshakes": services.handshakes,
                "uploads": services.uploads,
                "own_data": services.own_data_requests,
            }
            tasks.start_soon(SharedLimits(backplane, shared, sleep).run)
        yield services
        tasks.cancel_scope.cancel()


def _backplane(settings: Settings, epoch: str, gateway: str, monotonic: Callable[[], float]) -> MemoryBackplane:
    """Raises StartupRefused for an address that is none."""
    if settings.redis_url is None:
        return MemoryBackplane()
    try:
        from app.backplane.redis import RedisBackplane
    except ImportError as error:
        raise StartupRefused("Redis needs its driver: pip install 'kickstand[scale]'") from error
    try:
        return RedisBackplane(settings.redis_url.get_secret_value(), epoch, f"{gateway}/{uuid4()}", monotonic)
    except ValueError as error:
        raise StartupRefused(f"KICKSTAND_REDIS_URL: {error}") from error


def _contact(settings: Settings, url: str) -> str:
    """Whom push services may write to about what we send."""
    return url if settings.mail_from is None else f"mailto:{settings.mail_from}"


def _inside(settings: Settings) -> Inside:
    """The inside that calls may reach. Raises StartupRefused."""
    try:
        return Inside.parse(settings.inside)
    except ValueError as error:
        raise StartupRefused(f"KICKSTAND_INSIDE: {error}") from error


async def _bots(
    settings: Settings,
    database: Database,
    people: People,
    http: httpx.AsyncClient,
    shop_of: Callable[[Site], Shop],
    clock: Callable[[], datetime],
) -> Bots:
    """The bots of all sites. Raises StartupRefused."""
    project = settings.bot_project or BUILT_IN_PROJECT

    def load(site: Site) -> Assistant:
        return Assistant.load(
            project,
            BotServices(
                shop=shop_of(site),
                cases=DatabaseCases(database.writes, site.id, clock),
                garage=DatabaseGarage(database.reads, database.writes, site.id, clock),
                preferences=DatabasePreferences(database.reader, database.writes, site.id, clock),
                clock=clock,
                http=http,
                timezone=site.hours.tz,
            ),
            limits=Limits(action=settings.action_timeout),
            cache=settings.data_dir / "bot",
            actions=settings.bot_actions,
        )

    bots = Bots(load, people)
    try:
        await bots.open()
    except bot.ProjectError as error:
        raise StartupRefused(f"{project} does not load. Mend it, then start again:\n{error}") from error
    except bot.ModelError as error:
        raise StartupRefused(str(error)) from error
    return bots


def _to_the_developer(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def own_origins(settings: Settings) -> tuple[str, ...]:
    """Where this server's own pages come from. Raises StartupRefused for a public URL that is none."""
    if settings.public_url is not None:
        try:
            return (origin_of(settings.public_url),)
        except ValueError as error:
            raise StartupRefused(f"KICKSTAND_PUBLIC_URL: {error}") from error
    hosts = {settings.host, "localhost", "127.0.0.1"} - {"0.0.0.0", "::"}  # noqa: S104
    written = (f"[{host}]" if ":" in host else host for host in sorted(hosts))
    return tuple(origin_of(f"http://{host}:{settings.port}") for host in written)


def _translate_errors(api: FastAPI) -> None:
    """Every failure leaves as a `Problem`: code, sentence, request id; never a traceback."""

    def answer(status: int, code: str, message: str, retryable: bool, after_ms: int | None = None) -> JSONResponse:
        problem = Problem(code=code, message=message, retryable=retryable, request_id=str(uuid4()))
        headers = {"Retry-After": str(-(-after_ms // 1_000))} if after_ms else None
        return JSONResponse(problem.model_dump(mode="json"), status_code=status, headers=headers)

    @api.exception_handler(ChatError)
    async def refused(_: Request, error: ChatError) -> JSONResponse:
        return answer(error.http_status, error.code, str(error), error.retryable, error.after_ms)

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        first: dict[str, Any] = dict(error.errors()[0])
        where = ".".join(str(part) for part in first["loc"])
        return answer(422, BadFrame.code, f"{where}: {first['msg']}", False)

    @api.exception_handler(HTTPException)
    async def not_served(_: Request, error: HTTPException) -> JSONResponse:
        return answer(error.status_code, f"http_{error.status_code}", str(error.detail), False)

    @api.exception_handler(Exception)
    async def failed(_: Request, error: Exception) -> JSONResponse:
        return answer(500, ChatError.code, str(ChatError()), False)
