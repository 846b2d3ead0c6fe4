"""What an alert says, in the words of each way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Literal

from handoff import ConversationId

Kind = Literal[
    "ticket.waiting", "owner.called", "desk.unstaffed", "promise.at_risk", "remedy.asked", "second.wanted", "alert.test"
]


@dataclass(frozen=True, slots=True)
class News:
    """One thing that somebody must hear of. What is stored of it names nobody: `title` and `body` are our words."""

    kind: Kind
    title: str
    body: str
    conversation_id: ConversationId | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """News on its way out: `id` is the same each time it is tried."""

    id: str
    news: News
    site_key: str
    site_name: str
    url: str
    """Where it leads in the console."""
    at: datetime

    def push(self) -> bytes:
        """For the console's service worker. A later one about the same conversation replaces it."""
        return json.dumps(
            {
                "kind": self.news.kind,
                "title": self.news.title[:120],
                "body": self.news.body[:400],
                "tag": self.news.conversation_id or self.news.kind,
                "url": self.url,
            }
        ).encode()

    def webhook(self) -> bytes:
        """As Standard Webhooks shapes a body."""
        return json.dumps(
            {
                "type": self.news.kind,
                "timestamp": self.at.isoformat(),
                "data": {
                    "site": self.site_key,
                    "conversation_id": self.news.conversation_id,
                    "title": self.news.title,
                    "body": self.news.body,
                    "url": self.url,
                },
            }
        ).encode()

    def slack(self) -> bytes:
        """For an incoming webhook of Slack, whose three control characters are escaped."""
        title, body = _slack(self.news.title), _slack(self.news.body)
        return json.dumps({"text": f"*{title}*\n{body}\n<{self.url}|Open it in the console>"}).encode()

    def mail(self, sender: str, to: str) -> EmailMessage:
        """A plain mail, the same one each time it is tried."""
        mail = EmailMessage()
        mail["Subject"] = _one_line(f"{self.news.title} ({self.site_name})")
        mail["From"] = Address(display_name="Kickstand", addr_spec=sender)
        mail["To"] = Address(addr_spec=to)
        mail["Message-ID"] = f"<alert-{self.id}@{sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers us
        mail.set_content(f"{self.news.title}.\n\n{self.news.body}\n\n{self.url}\n\n{self.site_name}, by Kickstand\n")
        return mail


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    return " ".join(text.split())
