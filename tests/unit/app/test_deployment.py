"""What is shipped for deploying names settings, ports, metrics and files as the code has them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from app.cli import app
from app.metrics import Metrics
from app.rest.pages import router as pages
from app.server import GOODBYE
from app.settings import Settings

ROOT = Path(__file__).parents[3]
PLACES = (
    "compose.yaml",
    "Dockerfile",
    "deploy/haproxy.cfg",
    "deploy/alerts.yml",
    "docs/operations.md",
    "docs/scaling.md",
)
OF_TESTS = {"IDLE"}
UVICORN_ENDS = 5.0  # seconds that uvicorn gives what is left


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return loaded


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def gateways(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that run `kickstand serve`."""
    return {name: each for name, each in compose["services"].items() if "build" in each and "command" not in each}


@pytest.mark.parametrize("place", PLACES)
def test_every_setting_that_is_named_is_one(place: str) -> None:
    named = set(re.findall(r"KICKSTAND_([A-Z_]+[A-Z])", read(place)))
    assert named <= {name.upper() for name in Settings.model_fields} | OF_TESTS


def test_services_and_volumes_that_are_named_are_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in compose["volumes"]


def test_a_gateway_is_given_the_time_that_its_drain_takes(compose: dict[str, Any]) -> None:
    drains = Settings.model_fields["drain"].default.total_seconds() + GOODBYE + UVICORN_ENDS
    for service in gateways(compose).values():
        assert int(service["stop_grace_period"].rstrip("s")) > drains


def test_gateways_keep_their_name_when_their_container_is_made_anew(compose: dict[str, Any]) -> None:
    shared = [name for name, each in gateways(compose).items() if "scale" in each.get("profiles", ())]
    assert len(shared) == 3
    assert [compose["services"][name]["hostname"] for name in shared] == shared


def test_the_balancer_knows_the_gateways_by_name_port_and_readiness(compose: dict[str, Any]) -> None:
    balancer = read("deploy/haproxy.cfg")
    (port,) = re.findall(r"^EXPOSE (\d+)$", read("Dockerfile"), re.MULTILINE)
    assert f"KICKSTAND_PORT={port}" in read("Dockerfile")
    shared = [name for name, each in gateways(compose).items() if "scale" in each.get("profiles", ())]
    for backend in ("gateways", "polling"):
        section = balancer.split(f"\nbackend {backend}\n")[1].split("\n\n")[0]
        assert re.findall(r"^ +server \w+ (\S+)$", section, re.MULTILINE) == [f"{name}:{port}" for name in shared]
    assert compose["services"]["balancer"]["ports"][0].endswith(f":{port}")
    assert compose["services"]["kickstand"]["ports"][0].endswith(f":{port}")
    paths = {getattr(route, "path", "") for route in pages.routes}
    assert set(re.findall(r"httpchk GET (\S+)", balancer)) <= paths
    assert set(re.findall(r":\{os\.environ\['KICKSTAND_PORT'\]\}(/\w+)", read("Dockerfile"))) == {"/healthz"}
    assert {"/healthz", "/readyz"} <= paths


def test_commands_that_containers_run_are_commands(compose: dict[str, Any]) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    (serves,) = re.findall(r'^CMD \["kickstand", "(\w+)"\]', read("Dockerfile"), re.MULTILINE)
    assert serves in commands
    _, group, command = compose["services"]["migrate"]["command"]
    assert command in commands[group].commands


def test_what_a_load_takes_is_the_same_on_paper_and_in_the_simulation(tmp_path: Path) -> None:
    costs = tmp_path / "costs.json"
    costs.write_text(json.dumps({"gateway_ms": 2.5, "hint_us": 9.0, "hints": 3}))
    script = [sys.executable, str(ROOT / "docs" / "benchmarks" / "scale.py"), "--costs", str(costs)]
    small = ["--widgets", "50000", "--turns", "900"]
    reckoned = subprocess.run([*script, *small, "--assume", "busy=0.5"], capture_output=True, text=True, check=False)
    refused = subprocess.run([*script, "--assume", "bussy=0.5"], capture_output=True, text=True, check=False)

    assert (reckoned.returncode, reckoned.stdout.count("they agree")) == (0, 2)
    assert "5 processes" in reckoned.stdout  # 900 turns/s of 2.5 ms at half a core each
    assert "bussy: not known" in refused.stderr


def test_what_the_image_is_made_of_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", read("Dockerfile"), re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source


def test_alerts_and_their_page_name_metrics_that_there_are() -> None:
    there = {family.name for family in Metrics().registry.collect()}
    endings = re.compile(r"_(bucket|count|sum|total)$")
    for rule in yaml.safe_load(read("deploy/alerts.yml"))["groups"][0]["rules"]:
        named = re.findall(r"kickstand_\w+", rule["expr"])
        assert {endings.sub("", name) for name in named} <= there, rule["alert"]
    table = read("docs/operations.md").split("(`kickstand_` in front)")[1].split("\n\n")[0]
    told = {f"kickstand_{endings.sub('', name)}" for name in re.findall(r"`([a-z_]+)(?:\{\w+\})?`(?=[,|\s])", table)}
    assert {name for name in told if name in there} == there
