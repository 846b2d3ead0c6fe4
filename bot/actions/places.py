"""Where each of a project's own actions runs: in this process, or on an action server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.actions.endpoint import read_endpoint
from bot.actions.outcome import Outcome, ProjectActions
from bot.actions.remote import RemoteActions
from bot.domain import Domain
from bot.problems import Findings
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Places:
    """In this process where the project has a class for an action, else on its action server."""

    here: ProjectActions
    there: ProjectActions
    names_here: frozenset[str]

    async def run(self, name: str, tracker: Tracker, slots: Mapping[str, Any], key: str) -> Outcome:
        """See `bot.actions.outcome.ProjectActions`."""
        place = self.here if name in self.names_here else self.there
        return await place.run(name, tracker, slots, key)


def placed(
    folder: Path | None, instances: Mapping[str, Any], limit: timedelta, domain: Domain, findings: Findings
) -> ProjectActions | None:
    """The project's own actions; None if its domain lists none.

    `folder` has the `endpoints.yml`, which matters only where the domain lists actions that `instances` lack. An
    action server that others can reach must be told a secret, or `findings` hears of it.
    """
    if not domain.custom_actions:
        return None
    from bot.actions.custom import CustomActions  # here and not above, as rasa_sdk takes 0.7 s to import

    here = CustomActions(instances, limit, domain.plain)
    missing = [name for name in domain.custom_actions if name not in instances]
    endpoint = read_endpoint(folder, os.environ, findings) if folder is not None and missing else None
    if endpoint is None:
        return here
    if not endpoint.is_near and not endpoint.is_guarded:
        what = "the action server is on another machine: give it a secret to know us by, `token: ${ACTION_SECRET}`"
        findings.error(endpoint.file, endpoint.line, f"{what}. It is needed for {_listed(missing)}")
    return Places(here, RemoteActions(endpoint, limit, domain.plain), frozenset(instances))


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
