"""The way to the mail server."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.errors import StartupRefused, Unavailable


@dataclass(frozen=True, slots=True)
class Post:
    """An SMTP server. `sender`: the address that mails come from; `replies`: the domain that answers go to."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: bool
    sender: str
    replies: str | None

    @classmethod
    def at(cls, url: str, sender: str | None, replies: str | None) -> Post:
        """Of smtp://user:password@host:587 or smtps://...:465. Raises StartupRefused."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise StartupRefused("KICKSTAND_SMTP_URL: write it like smtp://user:password@mail.shop.example:587")
        if sender is None or "@" not in sender:
            raise StartupRefused("KICKSTAND_MAIL_FROM: mails need an address to come from, e.g. help@shop.example")
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 587),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            sender=sender,
            replies=replies,
        )

    async def send(self, mail: EmailMessage) -> None:
        """Hand a mail over. Raises Unavailable when the server does not take it now."""
        try:
            await aiosmtplib.send(
                mail,
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.tls,
                start_tls=None,  # wherever the server offers it
                timeout=20,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable("The mail could not be sent just now. It is tried again by itself.") from error
