"""What operators see of a server, and what it does when its store is in trouble."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.errors import StartupRefused
from app.logs import configure_logs
from app.persistence import database
from app.persistence.database import open_database
from app.persistence.disks import shared_file_system
from app.watch import StoreWatch
from tests.clock import ManualClock
from tests.conftest import Start
from tests.running import Running

TOKEN = "m3trics-0f-a-test-9Qz7Lw2Xk5Vb8Nc4"  # pragma: allowlist secret
NOBODY = "m3trics-0f-another-9Qz7Lw2Xk5Vb8Nc4"  # pragma: allowlist secret


async def numbers(server: Running) -> dict[tuple[str, ...], float]:
    answer = await server.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_turns_handoffs_waits_and_commits_are_counted(start: Start, clock: ManualClock) -> None:
    async with start(metrics_token=SecretStr(TOKEN)) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna, server.agent(site) as maya:
            await anna.ask("hello")
            await anna.need_a_person()
            told = await numbers(server)
            clock.advance(timedelta(seconds=40))
            await maya.claim(anna.conversation_id)
            taken = await numbers(server)

    assert told["kickstand_turns_total", "done"] == 2
    assert told["kickstand_turn_seconds_count",] == 2
    assert told["kickstand_handoffs_total", "human_request"] == 1
    assert told["kickstand_queue_tickets", site.key] == 1
    assert told["kickstand_sockets",] == 2
    assert told["kickstand_store_writable",] == 1
    assert told["kickstand_commit_units_count",] >= 4
    assert told["kickstand_kept_seconds_count",] == 2
    assert taken["kickstand_handoff_wait_seconds_sum",] == 40
    assert taken["kickstand_leases_lost_total", "turn"] == 0


async def test_leases_that_are_taken_over_are_counted(start: Start, clock: ManualClock) -> None:
    async with start(metrics_token=SecretStr(TOKEN), sweep_interval=timedelta(milliseconds=5)) as server:
        site = await server.new_site()
        async with server.visitor(site) as anna:
            async with server.agent(site) as maya:
                await anna.need_a_person()
                await maya.claim(anna.conversation_id)
            clock.advance(timedelta(minutes=5))
            await anna.state(status="waiting")
            told = await numbers(server)

    assert told["kickstand_leases_lost_total", "agent"] == 1


@pytest.mark.parametrize("given", [None, "Bearer", f"Bearer {NOBODY}", f"Basic {TOKEN}"])
async def test_without_the_token_nothing_is_told(start: Start, given: str | None) -> None:
    async with start(metrics_token=SecretStr(TOKEN)) as server:
        headers = {} if given is None else {"Authorization": given}
        assert (await server.http.get("/metrics", headers=headers)).status_code == 401


async def test_without_a_token_of_the_operators_metrics_are_off(server: Running) -> None:
    assert (await server.http.get("/metrics", headers={"Authorization": "Bearer x"})).status_code == 401


async def test_sockets_are_closed_when_the_store_has_taken_nothing_for_fifteen_seconds(start: Start) -> None:
    seconds = [0.0]

    async def sleep(_: float) -> None:
        return None

    async with start() as server, server.visitor(await server.new_site()) as anna:
        here = server.services
        watch = StoreWatch(here.journal, here.hub, here.turns, None, lambda: seconds[0], sleep)
        await here.journal.epoch()
        writer = here.journal._writer  # type: ignore[attr-defined]
        await writer.run(lambda cursor: cursor.execute("ALTER TABLE store RENAME TO store_away"))
        await watch.look()
        seconds[0] = 14.0
        await watch.look()
        assert not anna.unread("bye")
        seconds[0] = 15.0
        await watch.look()

        assert await anna.closed() == 4407
        await writer.run(lambda cursor: cursor.execute("ALTER TABLE store_away RENAME TO store"))


async def test_on_a_full_disk_messages_are_refused_and_go_through_once_there_is_room(start: Start) -> None:
    async with start() as server, server.visitor(await server.new_site()) as anna:
        server.services.turns.full = True
        nack = await anna.refused("hello")
        assert (nack["code"], nack["retryable"]) == ("unavailable", True)
        server.services.turns.full = False

        assert (await anna.say("hello", client_id=nack["client_id"]))["duplicate"] is False


async def test_what_goes_wrong_in_a_turn_is_logged_as_json_with_its_conversation_and_without_a_word_of_it(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        configure_logs(readable=False)
        structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})  # other tests log too
        quick = {"turn_timeout": timedelta(milliseconds=100)}
        async with start(**quick) as server, server.visitor(await server.new_site()) as anna:
            await anna.ask("hang for ever, says Anna")
    finally:
        structlog.configure(**before)
        root.handlers, root.level = handlers, level
    told = capsys.readouterr().err

    lines = [json.loads(line) for line in told.splitlines()]
    (failed,) = [line for line in lines if line["event"] == "turn failed"]
    assert (failed["conversation_id"], failed["level"]) == (anna.conversation_id, "error")
    assert "Anna" not in told


async def test_a_statement_that_fails_keeps_its_values_to_itself(tmp_path: Path) -> None:
    async with open_database(tmp_path / "kickstand.db") as opened, opened.writes() as session:
        connection = await session.connection()
        another = text("INSERT INTO store (id, epoch) VALUES (1, :words)")
        with pytest.raises(IntegrityError) as failed:
            await connection.execute(another, {"words": "Anna was here"})
    assert "Anna" not in str(failed.value)


MOUNTS = """\
overlay / overlay rw 0 0
server:/export /srv nfs4 rw 0 0
/dev/sdb1 /srv/local ext4 rw 0 0
//nas/share /mnt/with\\040blank cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/chat", "nfs4"), ("/srv/local/chat", None), ("/mnt/with blank/chat", "cifs"), ("/var/lib/chat", None)],
)
def test_file_systems_of_several_machines_are_known_by_the_mount_that_is_nearest(path: str, kind: str | None) -> None:
    assert shared_file_system(Path(path), MOUNTS) == kind


async def test_a_file_on_one_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"nas:/chat {tmp_path} nfs rw 0 0\n")
    monkeypatch.setattr(database, "MOUNTS", mounts)

    with pytest.raises(StartupRefused, match="PostgreSQL"):
        async with open_database(tmp_path / "kickstand.db"):
            pass
