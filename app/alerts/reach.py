"""How the people of a site are reached when nobody takes a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handoff.escalation import Escalation, Way


@dataclass(frozen=True, slots=True)
class Reach:
    """The site's steps, and where each way leads. What is empty is not used.

    `webhook_secret`: signs webhooks, as Standard Webhooks writes it ("whsec_..."); `slack_url`: an incoming webhook of
    Slack, a secret itself; `owner_emails`: who gets mails, else the site's admins do.
    """

    escalation: Escalation = field(default_factory=Escalation)
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    slack_url: str | None = field(default=None, repr=False)
    owner_emails: Sequence[str] = ()

    def ways(self, *, mails: bool) -> frozenset[Way]:
        """Those that lead somewhere; `mails`: the server can send any."""
        return frozenset(
            way
            for way, leads in (
                (Way.PUSH, True),
                (Way.WEBHOOK, self.webhook_url is not None and self.webhook_secret is not None),
                (Way.SLACK, self.slack_url is not None),
                (Way.EMAIL, mails),
            )
            if leads
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "steps": self.escalation.to_list(),
            "webhook_url": self.webhook_url,
            "webhook_secret": self.webhook_secret,
            "slack_url": self.slack_url,
            "owner_emails": list(self.owner_emails),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reach:
        """Reads what `to_dict` gives; what is left out is as in a new site. Raises BadEscalation."""
        return cls(
            escalation=Escalation.from_list(data["steps"]) if "steps" in data else Escalation(),
            webhook_url=data.get("webhook_url"),
            webhook_secret=data.get("webhook_secret"),
            slack_url=data.get("slack_url"),
            owner_emails=tuple(data.get("owner_emails", ())),
        )
