"""Everything a process needs to know to start, read once from `KICKSTAND_*`. The rest lives in the database."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import StartupRefused
from app.persistence.address import Store, named, store_at

DATABASE = "kickstand.db"
SECRET_BYTES = 32
PASSWORD_OF_POSTGRES = frozenset({"PGPASSWORD", "PGPASSFILE"})
"""Where PostgreSQL's clients find a password that its URL does not name."""
BAD_SECRETS = frozenset({"secret", "changeme", "change-me", "password", "kickstand", "default", "example"})


class Settings(BaseSettings):
    """Settings of one process. `docs/settings.md` lists them; a test keeps that page complete."""

    model_config = SettingsConfigDict(env_prefix="KICKSTAND_", env_file=".env", frozen=True, extra="ignore")

    secret_key: SecretStr = Field(description="Signs session-bound tokens. At least 32 characters, made at random.")
    data_dir: Path = Field(Path(".kickstand"), description="Folder of the SQLite file and the bot's model cache.")
    database_url: SecretStr | None = Field(
        None,
        description="postgresql://user:password@host/name serves several gateways. Unset: a SQLite file in DATA_DIR.",
    )
    redis_url: SecretStr | None = Field(
        None,
        description="redis://host:6379/0 by which gateways of one database tell each other. Unset: they ask it.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on. Loopback unless you say otherwise.")
    port: int = Field(8080, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        None, description="Where browsers reach this server, e.g. https://chat.shop.example. Unset: http://host:port."
    )
    shops: Path | None = Field(
        None,
        description="TOML file that says where each site's orders are (docs/shops.md). Unset: DATA_DIR/shops.toml.",
    )
    inside: str = Field(
        "",
        description="Hosts and networks of the inside that calls may go to (shops, alerts), by comma. Empty: the public"
        " internet.",
    )
    bot_project: Path | None = Field(
        None, description="Folder of the bot project, or a model that was trained of it. Unset: the built-in one."
    )
    bot_actions: Path | None = Field(
        None, description="Folder with the actions of a bot that is served from a model, which holds no code."
    )
    dev: bool = Field(False, description="Take over each change of the bot project at once. For its developer.")
    trusted_proxies: str = Field("", description="Addresses whose X-Forwarded-* headers are believed, by comma.")
    durability: Literal["FULL", "NORMAL"] = Field(
        "FULL", description="SQLite synchronous mode. NORMAL is faster and may lose the last commits on power loss."
    )

    rasa_token: SecretStr | None = Field(
        None, description="Bearer token for Rasa's HTTP API, at least 32 characters. Unset: the API is off."
    )
    rasa_site: str | None = Field(
        None, description="Key of the site whose visitors the senders of Rasa's HTTP API are. Unset: the only site."
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for Prometheus at /metrics, at least 32 characters. Unset: /metrics is off."
    )
    turn_timeout: timedelta = Field(timedelta(seconds=30), description="Longest a bot turn may take.")
    action_timeout: timedelta = Field(timedelta(seconds=10), description="Longest one action of the bot may take.")
    triage_tuning: Path | None = Field(
        None, description="TOML file with how sure triage must be, by site; `kickstand triage --tune` writes one."
    )
    turns_at_once: int = Field(64, gt=0, description="Bot turns computed at the same time.")
    turn_attempts: int = Field(3, gt=0, description="Times a turn is tried before it ends with an offer of a person.")
    sweep_interval: timedelta = Field(
        timedelta(seconds=10), description="How often expired leases and due reminders are looked for."
    )
    lease: timedelta = Field(timedelta(seconds=30), description="How long an agent counts as present.")
    absent_before_reply: timedelta = Field(
        timedelta(seconds=45), description="An agent gone this long loses chats they have not answered yet."
    )
    absent_after_reply: timedelta = Field(
        timedelta(seconds=180), description="An agent gone this long loses the other chats too."
    )
    reopen_within: timedelta = Field(
        timedelta(days=14), description="A message into a closed conversation reopens it this long."
    )

    hello_timeout: timedelta = Field(timedelta(seconds=10), description="A socket must introduce itself within this.")
    heartbeat: timedelta = Field(timedelta(seconds=25), description="Silence after which the server sends a ping.")
    heartbeat_timeout: timedelta = Field(timedelta(seconds=60), description="Silence after which a socket is closed.")
    write_timeout: timedelta = Field(timedelta(seconds=10), description="A write stalled this long closes the socket.")
    outbox_frames: int = Field(256, gt=0, description="Frames queued for one socket before it is closed as slow.")
    outbox_bytes: int = Field(1024 * 1024, gt=0, description="Bytes queued for one socket before it is closed as slow.")
    resume_limit: int = Field(1_000, gt=0, description="Missed messages beyond which a client starts afresh.")
    page_size: int = Field(50, gt=0, le=200, description="Messages on a history page, and after a fresh start.")
    bad_frames: int = Field(10, gt=0, description="Frames outside the protocol before a socket is closed.")
    sockets: int = Field(5_000, gt=0, description="Sockets this process accepts.")
    sockets_per_visitor: int = Field(5, gt=0, description="Sockets one visitor may have open.")
    sockets_per_agent: int = Field(10, gt=0, description="Sockets one agent may have open.")
    anonymous_sockets_per_address: int = Field(30, gt=0, description="Sockets without a valid token per address.")
    handshakes_per_second: int = Field(10, gt=0, description="Handshakes accepted per address and second.")
    visitor_rate: int = Field(5, gt=0, description="Messages a visitor may send per second, with bursts of twice that.")
    visitor_rate_per_minute: int = Field(60, gt=0, description="Messages a visitor may send per minute.")
    agent_rate: int = Field(20, gt=0, description="Commands an agent may send per second.")
    identity_session: timedelta = Field(
        timedelta(days=7), description="How long a visitor stays identified without the shop vouching again."
    )
    smtp_url: SecretStr | None = Field(
        None, description="Mail server for answers to those who left: smtp://user:password@host:587. Unset: no mail."
    )
    mail_from: str | None = Field(None, description="Address that mails come from.")
    mail_replies: str | None = Field(
        None, description="Domain whose mail to reply+...@ is posted to /v1/mail/inbound. Unset: they go to the sender."
    )
    mail_inbound_secret: SecretStr | None = Field(
        None, description="Standard Webhooks secret that arriving mail is signed with. Unset: none is taken."
    )
    mail_after: timedelta = Field(timedelta(minutes=2), description="An answer unseen for this long goes out by mail.")
    mail_link: timedelta = Field(timedelta(days=14), description="How long a link in a mail opens its conversation.")
    photo_link: timedelta = Field(timedelta(minutes=15), description="How long a link to a photo opens it.")
    photos_per_minute: int = Field(20, gt=0, description="Photos a visitor may take up per minute.")
    new_visitors_per_minute: int = Field(60, gt=0, description="Visitor tokens given out per address and minute.")
    sign_ins_per_minute: int = Field(10, gt=0, description="Sign-in attempts per account and per address and minute.")
    session_idle: timedelta = Field(timedelta(hours=12), description="An agent's session ends after this long unused.")
    session_absolute: timedelta = Field(timedelta(days=7), description="An agent's session ends after this long.")
    drain: timedelta = Field(timedelta(seconds=20), description="Longest a stopping server waits for running turns.")

    @field_validator("*", mode="before")
    @classmethod
    def _seconds(cls, value: object, info: ValidationInfo) -> object:
        """A time written as a plain number is seconds."""
        is_time = cls.model_fields[info.field_name or ""].annotation is timedelta
        if is_time and isinstance(value, str) and value.replace(".", "", 1).isdigit():
            return float(value)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_and_own(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if len(secret) < SECRET_BYTES or secret.lower().strip("0123456789!") in BAD_SECRETS or len(set(secret)) < 10:
            raise ValueError(f"too short or too simple: make one with `{MAKE_A_SECRET}`")
        return value

    @field_validator("database_url", "redis_url")
    @classmethod
    def _closed_to_others(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """A database or Redis of another machine is behind a password: whoever reaches its port is not us yet."""
        if value is None:
            return None
        parts = urlsplit(value.get_secret_value())
        elsewhere = parts.hostname is not None and not _is_here(parts.hostname)
        by_environment = info.field_name == "database_url" and bool(os.environ.keys() & PASSWORD_OF_POSTGRES)
        if elsewhere and not parts.password and not by_environment:
            raise ValueError(
                f"names no password, and {parts.hostname} is another machine: anybody who reaches it reads it"
            )
        return value

    @field_validator("rasa_token", "metrics_token")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        return None if value is None else cls._long_and_own(value)

    @property
    def store(self) -> Store:
        """Where the database is. Raises StartupRefused for a URL that names none."""
        return self.data_dir / DATABASE if self.database_url is None else store_at(self.database_url.get_secret_value())

    @property
    def database(self) -> Path:
        """The SQLite file. Raises StartupRefused where the database is none."""
        if isinstance(self.store, Path):
            return self.store
        raise StartupRefused(f"This works on a SQLite file, and KICKSTAND_DATABASE_URL names {named(self.store)}.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


MAKE_A_SECRET = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'  # noqa: S105  (a command, no secret)


def missing_secret() -> StartupRefused:
    """What `serve` says when there is no secret."""
    return StartupRefused(
        "KICKSTAND_SECRET_KEY is not set. Sessions are signed with it, so there is no default.\n"
        f"Make one and keep it: export KICKSTAND_SECRET_KEY=$({MAKE_A_SECRET})"
    )
