"""One periodic task: who has left is written what was answered, with a link back into the same conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from app.conversations import Conversation
from app.errors import ChatError
from app.gateway.hub import Hub
from app.legible import legible
from app.mail.letters import Letter, Line
from app.mail.post import Post
from app.mail.tokens import MailTokens
from app.persistence.people import People
from app.persistence.resolutions import Resolutions
from app.persistence.unread import Unread, UnreadAnswers
from app.sites import Site
from app.words import words_for
from handoff import ConversationId

log = structlog.get_logger(__name__)
ACCENT = "#3450C8"
"""Of the console."""
_EVERY = timedelta(seconds=30)
_NEWS = timedelta(days=3)
"""What could not be sent for so long is no news any more."""


class Mailer:
    """Mails go out at least once: the same mail twice has the same id, which mail programs show once."""

    def __init__(
        self,
        post: Post,
        tokens: MailTokens,
        unread: UnreadAnswers,
        resolutions: Resolutions,
        people: People,
        hub: Hub,
        url: str,
        after: timedelta,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._post = post
        self._tokens = tokens
        self._unread = unread
        self._resolutions = resolutions
        self._people = people
        self._hub = hub
        self._url = url
        self._after = after
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._sleep(_EVERY.total_seconds())
            try:
                await self.look()
            except ChatError as error:
                log.warning("mails put off", error=error.code)
            except Exception:
                # One conversation that nobody can read must not keep all others from their answers.
                log.exception("mails failed")

    async def look(self) -> None:
        """Write to everyone whose answer has waited unseen."""
        now = self._clock()
        for site in await self._people.sites():
            for each in await self._unread.of(site.id, since=now - _NEWS, until=now - self._after):
                if not await self._hub.is_online(each.conversation_id):
                    await self._write(site, each)

    async def transcript(self, site: Site, conversation: Conversation, to: str, text: str) -> None:
        """Mail a transcript. Raises Unavailable."""
        locale = conversation.locale or site.locale
        letter = Letter(
            id=f"transcript-{conversation.id}-{int(self._clock().timestamp())}",
            to=to,
            subject=words_for(locale).mail_link.format(brand=site.name),
            template="transcript",
            brand=site.name,
            accent=site.accent,
            transcript=text,
            locale=locale,
        )
        await self._post.send(letter.message(self._post.sender, None))

    async def way_in(self, to: str, link: str) -> None:
        """Mail somebody of the team the link by which they set a password. Raises Unavailable."""
        letter = Letter(
            id=f"way-in-{int(self._clock().timestamp() * 1000)}",
            to=to,
            subject="Your link to Kickstand",
            template="way_in",
            brand="Kickstand",
            accent=ACCENT,
            link=link,
        )
        await self._post.send(letter.message(self._post.sender, None))

    async def link(self, site: Site, conversation: Conversation, to: str) -> None:
        """Mail a link to the conversation. Raises Unavailable."""
        locale = conversation.locale or site.locale
        letter = Letter(
            id=f"link-{conversation.id}-{int(self._clock().timestamp())}",
            to=to,
            subject=words_for(locale).mail_link.format(brand=site.name),
            template="answer",
            brand=site.name,
            accent=site.accent,
            link=self._link(site, conversation.id),
            locale=locale,
        )
        await self._post.send(letter.message(self._post.sender, self._reply_to(conversation.id)))

    async def _write(self, site: Site, unread: Unread) -> None:
        question = unread.closed and await self._resolutions.open_question(unread.conversation_id) is not None
        if unread.said or question:
            locale = unread.locale or site.locale
            words = words_for(locale)
            names = list(dict.fromkeys(name for name, _ in unread.said if name))
            if names:
                subject = words.mail_answered_by.format(names=words.listed(names))
            else:
                subject = (words.mail_answered if unread.said else words.mail_question).format(brand=site.name)
            letter = Letter(
                id=f"{unread.conversation_id}-{unread.head}",
                to=unread.email,
                subject=subject,
                template="answer",
                brand=site.name,
                accent=site.accent,
                link=self._link(site, unread.conversation_id),
                lines=tuple(Line(legible(name or site.name), legible(text)) for name, text in unread.said),
                question=question,
                locale=locale,
            )
            await self._post.send(letter.message(self._post.sender, self._reply_to(unread.conversation_id)))
        await self._unread.mark(unread)

    def _reply_to(self, conversation_id: ConversationId) -> str | None:
        replies = self._post.replies
        return f"reply+{self._tokens.address(conversation_id)}@{replies}" if replies else None

    def _link(self, site: Site, conversation_id: ConversationId) -> str:
        return f"{self._url}/widget/frame?site={site.key}#continue={self._tokens.link(conversation_id, self._clock())}"
