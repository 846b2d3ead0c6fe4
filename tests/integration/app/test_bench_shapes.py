"""Loads of every shape end with figures, on a server of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import func, select
from typer.testing import CliRunner

from app.bench.interpreter import profile_guided
from app.bench.load import BenchFailed, Target
from app.bench.shapes import Measured, against_rasa, compared, steady
from app.cli import app
from app.persistence.tables import ConversationRow
from tests.conftest import Start
from tests.running import running

TOKEN = "r4Vt7Yq2_Lm9Xz5Kc8Hb1Wd6Pf3Ns0Gj"  # pragma: allowlist secret


async def test_a_steady_load_is_carried_out_as_often_as_was_asked_for_and_gateways_share_it_in_equal_parts(
    start: Start, tmp_path: Path, empty_database: Path
) -> None:
    used = iter((1.0, 1.25))

    async def read() -> float:
        return next(used)

    async with start() as one, running(tmp_path / "other", empty=empty_database) as other:
        targets = [Target(server.origin, (await server.new_site()).key) for server in (one, other)]
        measured = await steady(targets[0], 2, 2, read, beside=targets[1:])
        for server in (one, other):
            async with server.services.reads() as session:
                assert (await session.exec(select(func.count()).select_from(ConversationRow))).one() == 2

    assert (measured.visitors, measured.turns) == (4, 4)
    assert measured.cpu_ms_per_turn == 62.5
    assert measured.p50_ms is not None


def test_more_gateways_are_held_against_one_at_full_speed_and_at_a_steady_rate() -> None:
    def done(turns_per_s: float, cpu_ms: float) -> Measured:
        return Measured(10, 100, turns_per_s, 5.0, 9.0, cpu_ms)

    figures = compared((done(400, 2.0), done(100, 2.5)), (done(1_000, 2.4), done(100, 2.75)))

    assert figures["full_speed"]["throughput_ratio"] == 2.5
    assert figures["steady"]["cpu_per_turn_ratio"] == 1.1
    assert figures["steady"]["several"]["cpu_ms_per_turn"] == 2.75


@pytest.mark.parametrize(
    ("build", "says"),
    [
        ({"CONFIG_ARGS": "'--enable-shared' '--enable-optimizations'"}, "yes"),
        ({"CONFIG_ARGS": "'--prefix=/usr'", "PY_CORE_CFLAGS": "-O2 -fprofile-use -fprofile-correction"}, "yes"),
        ({"CONFIG_ARGS": "'--prefix=/usr'", "PGO_PROF_USE_FLAG": "-fprofile-use"}, "not said"),
        ({}, "not said"),
    ],
)
def test_whether_python_is_built_by_profile_is_said_where_its_build_says_so(build: dict[str, str], says: str) -> None:
    assert profile_guided(build) == says


async def test_the_rest_channel_of_a_rasa_server_is_talked_to_in_the_same_words(start: Start) -> None:
    async with start(rasa_token=SecretStr(TOKEN)) as server:
        await server.new_site()
        figures = await against_rasa(server.origin, TOKEN, visitors=2, turns=3)
        assert figures["turns"] == 6
        with pytest.raises(BaseExceptionGroup) as refused:
            await against_rasa(server.origin, None, visitors=1, turns=1)

    assert refused.group_contains(BenchFailed, match="401")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--gateways", "3"], "--database"),
        (["--against-rasa", "http://rasa.example:5005"], "--i-own-this-host"),
        ([], "--spawn"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_what_to_do(options: list[str], says: str) -> None:
    result = CliRunner().invoke(app, ["bench", *options])
    assert result.exit_code == 2
    assert says in result.stderr
