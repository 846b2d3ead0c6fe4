"""The ways out: browsers' push services, a webhook, Slack, mail. All through the guarded client."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from standardwebhooks import Webhook

from app.alerts.news import Told
from app.alerts.push import Vapid, encrypt, to_base64url
from app.alerts.reach import Reach
from app.errors import Unavailable
from app.mail.post import Post
from app.outgoing import Outgoing, OutgoingError, Refused
from app.persistence.alerts import Alerts, Device
from handoff.escalation import Way

PUSH_LIVES = timedelta(minutes=10)
"""How long a push service keeps a message for a device that is off: later somebody else has the conversation."""
_GONE = frozenset({404, 410})


class Unreached(Exception):
    """Nobody was reached by this way; the message says why. `again`: it may help to try again."""

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.again = again


@dataclass(frozen=True, slots=True)
class Try:
    """What became of a message to one place; `why` is empty where it went well."""

    where: str
    why: str


class Ways:
    """Sends one alert by one way. `post`: None where no mail server is configured."""

    def __init__(
        self, outgoing: Outgoing, vapid: Vapid, alerts: Alerts, post: Post | None, clock: Callable[[], datetime]
    ) -> None:
        self.vapid = vapid
        self._outgoing = outgoing
        self._alerts = alerts
        self._post = post
        self._clock = clock

    @property
    def mails(self) -> bool:
        """Whether mails can be sent."""
        return self._post is not None

    async def push(self, told: Told, devices: Sequence[Device]) -> list[Try]:
        """To each of the browsers; those that are gone for good are forgotten."""
        tries = []
        for device in devices:
            try:
                await self._push(told, device)
            except Refused as error:
                if error.status in _GONE:
                    await self._alerts.gone(device)
                    tries.append(
                        Try(device.name, "This browser takes no messages any more. Switch them on there again.")
                    )
                else:
                    tries.append(Try(device.name, str(error)))
            except OutgoingError as error:
                tries.append(Try(device.name, str(error)))
            else:
                await self._alerts.reached(device, self._clock())
                tries.append(Try(device.name, ""))
        return tries

    async def send(self, way: Way, told: Told, reach: Reach, to: Sequence[str] = ()) -> str:
        """By webhook, Slack or mail `to` these addresses; where it went. Raises Unreached."""
        try:
            if way is Way.WEBHOOK and reach.webhook_url is not None and reach.webhook_secret is not None:
                body = told.webhook()
                now = self._clock()
                signature = Webhook(reach.webhook_secret).sign(told.id, now, body.decode())
                headers = {
                    "Content-Type": "application/json",
                    "webhook-id": told.id,
                    "webhook-timestamp": str(int(now.timestamp())),
                    "webhook-signature": signature,
                }
                await self._outgoing.post(reach.webhook_url, headers=headers, content=body)
                return "the webhook took it"
            if way is Way.SLACK and reach.slack_url is not None:
                headers = {"Content-Type": "application/json"}
                await self._outgoing.post(reach.slack_url, headers=headers, content=told.slack())
                return "Slack took it"
            if way is Way.EMAIL and self._post is not None and to:
                for address in to:
                    await self._post.send(told.mail(self._post.sender, address))
                return f"mailed to {', '.join(to)}"
        except Refused as error:
            raise Unreached(str(error), again=False) from error
        except (OutgoingError, Unavailable) as error:
            raise Unreached(str(error), again=True) from error
        raise Unreached("This way leads nowhere: it is not set up.", again=False)

    async def _push(self, told: Told, device: Device) -> None:
        subscription = device.subscription
        about = json.loads(told.push())["tag"]
        headers = {
            **self.vapid.headers(subscription.endpoint, self._clock()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(PUSH_LIVES.total_seconds())),
            "Urgency": "high",
            # A later one about the same replaces it while the device is off: at most 32 characters of base64url.
            "Topic": to_base64url(sha256(about.encode()).digest()[:24]),
        }
        await self._outgoing.post(subscription.endpoint, headers=headers, content=encrypt(told.push(), subscription))
