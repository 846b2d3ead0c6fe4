"""Loads of every shape end with figures, on a server of the test's own."""

from __future__ import annotations

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from app.bench.load import BenchFailed, Target
from app.bench.shapes import against_rasa, steady
from app.cli import app
from tests.conftest import Start

TOKEN = "r4Vt7Yq2_Lm9Xz5Kc8Hb1Wd6Pf3Ns0Gj"  # pragma: allowlist secret


async def test_a_steady_load_is_carried_out_as_often_as_was_asked_for(start: Start) -> None:
    async with start() as server:
        site = await server.new_site()
        measured = await steady(Target(server.origin, site.key), rate=2, seconds=2)

    assert (measured.visitors, measured.turns) == (4, 4)
    assert measured.p50_ms is not None
    assert measured.cpu_ms_per_turn is None


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
