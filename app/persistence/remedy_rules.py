"""Who may give how much at each site, as admins set it; every change stands in the audit log."""

from __future__ import annotations

import json
from datetime import datetime

from sqlmodel import select

from app.persistence.audit import Actor, deed, note
from app.persistence.database import Sessions
from app.persistence.desk_tables import RemedyRulesRow
from handoff import Role, SiteId
from handoff.authority import Authority
from handoff.remedies import STANDARD, Rules, menu_from, menu_to


class RemedyRulesBook:
    """Read whole and written whole: a site has one matrix."""

    def __init__(self, reads: Sessions, writes: Sessions) -> None:
        self._reads = reads
        self._writes = writes

    async def all(self) -> dict[SiteId, Rules]:
        """Of the sites that have rules of their own."""
        async with self._reads() as session:
            return {SiteId(row.site_id): _rules(row) for row in await session.exec(select(RemedyRulesRow))}

    async def put(self, site_id: SiteId, site_key: str, rules: Rules, actor: Actor, now: datetime) -> None:
        """Other rules from now on. Raises Forbidden for who is no admin (any more)."""
        async with deed(self._writes, actor, Role.ADMIN) as session:
            row = await session.get(RemedyRulesRow, site_id, with_for_update=True)
            before = STANDARD if row is None else _rules(row)
            if row is None:
                row = RemedyRulesRow(site_id=site_id, matrix="", menu="")
            row.matrix, row.menu = json.dumps(rules.authority.to_dict()), json.dumps(menu_to(rules.menu))
            session.add(row)
            note(session, actor, now, "remedies.changed", f"site {site_key}", before=_said(before), after=_said(rules))


def _rules(row: RemedyRulesRow) -> Rules:
    return Rules(Authority.from_dict(json.loads(row.matrix)), menu_from(json.loads(row.menu)))


def _said(rules: Rules) -> dict[str, object]:
    return {**rules.authority.to_dict(), "menu": menu_to(rules.menu)}
