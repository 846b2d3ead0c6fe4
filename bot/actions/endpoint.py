"""Reads `endpoints.yml`: where a project's actions run that it has no classes for."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from httpx import URL, InvalidURL

from bot.documents import Table, read
from bot.problems import Findings

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_KEYS = frozenset({"url", "token", "token_name", "headers", "basic_auth"})


@dataclass(frozen=True, slots=True)
class ActionEndpoint:
    """An action server that speaks Rasa's HTTP protocol."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """With the shared secret; never in the address, which others log."""
    file: str = "endpoints.yml"
    line: int = 1

    @property
    def is_near(self) -> bool:
        """Whether it runs on this machine, out of everybody else's reach."""
        host = URL(self.url).host
        try:
            return ip_address(host.strip("[]")).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def is_guarded(self) -> bool:
        """Whether a secret goes along, by which the action server knows us."""
        return bool(self.headers)


def read_endpoint(project: Path, environment: Mapping[str, str] | None, findings: Findings) -> ActionEndpoint | None:
    """The `action_endpoint` of `endpoints.yml`; None if there is none, or it is faulty, as `findings` hears.

    `${NAME}` stands for a variable of `environment`; without an environment (where a project is only checked) the
    variables are left as they are.
    """
    file = next((f for f in (project / "endpoints.yml", project / "endpoints.yaml") if f.is_file()), None)
    table = read(file, file.name, findings) if file is not None else None
    entry = table.get("action_endpoint") if table is not None else None
    if table is None or entry is None:
        return None
    line = table.line_of("action_endpoint")
    if not isinstance(entry, Table) or not isinstance(entry.get("url"), str):
        findings.error(table.file, line, "`action_endpoint` needs a `url`, for example http://127.0.0.1:5055/webhook")
        return None
    given = _filled(entry, environment or {}, environment is not None, findings)
    if given is None:
        return None
    for key in entry:
        if key not in _KEYS:
            findings.warning(table.file, entry.line_of(key), f"`{key}` of the action endpoint is not read here")
    url = given["url"]
    if not _is_address(url) and (environment is not None or "${" not in url):
        at = entry.line_of("url")
        findings.error(table.file, at, "the action endpoint's `url` is no http:// or https:// address of a server")
        return None
    return ActionEndpoint(url, _headers(given), table.file, line)


def _headers(given: Mapping[str, Any]) -> dict[str, str]:
    headers = {str(name): str(value) for name, value in (given.get("headers") or {}).items()}
    if given.get("token"):
        headers.setdefault("Authorization", f"Bearer {given['token']}")
    basic = given.get("basic_auth")
    if isinstance(basic, Mapping):
        pair = f"{basic.get('username', '')}:{basic.get('password', '')}"
        headers.setdefault("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    return headers


def _is_address(url: str) -> bool:
    try:
        parsed = URL(url)
    except InvalidURL:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host) and not parsed.userinfo


def _filled(value: Any, environment: Mapping[str, str], strict: bool, findings: Findings) -> Any:
    """A copy with variables put in; None once one is missing that must not be."""
    missing: list[tuple[str, int, str]] = []

    def fill(part: Any, file: str, line: int) -> Any:
        if isinstance(part, Table):
            return {key: fill(item, file, part.line_of(key)) for key, item in part.items()}
        if not isinstance(part, str):
            return part

        def put(match: re.Match[str]) -> str:
            name = match[1]
            if strict and name not in environment:
                missing.append((file, line, name))
            return environment.get(name, match[0])

        return _VARIABLE.sub(put, part)

    filled = fill(value, value.file, value.line)
    for file, line, name in missing:
        findings.error(file, line, f"the environment has no variable {name}: set it, as the action endpoint needs it")
    return None if missing else filled
