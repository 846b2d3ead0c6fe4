"""Small rules of the app: origins, tokens, opening hours, settings, refusals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from app.errors import ChatError, CloseCode, StartupRefused
from app.gateway.auth import SessionTokens
from app.gateway.origins import Origins, origin_of
from app.main import own_origins
from app.settings import Settings, missing_secret
from app.sites import Site
from handoff import OpeningHours, SiteId
from tests.running import SECRET, settings_for_tests


def a_site(hours: OpeningHours | None = None, *origins: str) -> Site:
    weekdays = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return Site(
        id=SiteId("larkmoor"),
        key="larkmoor",
        name="Larkmoor",
        accent="#0E5F70",
        locale="en",
        greeting="Hi!",
        starters=(),
        origins=origins,
        hours=hours or OpeningHours.from_dict({"tz": "Europe/Berlin", "weekly": weekdays}),
        answer_within=timedelta(minutes=3),
    )


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/page?x=1#y", "https://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://SHOP.Example:8443", "https://shop.example:8443"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://user:pass@shop.example", "https://shop.example"),  # pragma: allowlist secret
    ],
)
def test_an_origin_is_scheme_host_and_port_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert origin_of(origin) == origin


@pytest.mark.parametrize("url", ["", "shop.example", "ftp://shop.example", "javascript:alert(1)", "https://", "null"])
def test_what_is_no_web_address_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError, match="no web address"):
        origin_of(url)


def test_origins_match_exactly() -> None:
    origins = Origins(["http://localhost:8080"])
    site = a_site(None, "https://shop.example")

    assert origins.allow("http://localhost:8080")
    assert origins.allow("https://shop.example", site)
    assert not origins.allow("https://shop.example")
    for other in ("https://shop.example.", "https://shop.example:443", "http://shop.example", "https://a.shop.example"):
        assert not origins.allow(other, site)
    assert origins.allow(None)
    assert not origins.allow(None, cookie=True)


def test_a_public_address_is_the_only_origin_of_our_own_pages(tmp_path: Path) -> None:
    public = settings_for_tests(tmp_path, public_url="https://chat.shop.example/")
    local = settings_for_tests(tmp_path, host="0.0.0.0", port=8080)  # noqa: S104

    assert own_origins(public) == ("https://chat.shop.example",)
    assert own_origins(local) == ("http://127.0.0.1:8080", "http://localhost:8080")


def test_our_own_origins_are_written_as_browsers_write_them(tmp_path: Path) -> None:
    assert "http://[::1]:8080" in own_origins(settings_for_tests(tmp_path, host="::1", port=8080))
    assert "http://localhost" in own_origins(settings_for_tests(tmp_path, port=80))


def test_a_public_address_that_is_none_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with pytest.raises(StartupRefused, match="KICKSTAND_PUBLIC_URL"):
        own_origins(settings_for_tests(tmp_path, public_url="chat.shop.example"))


def test_a_socket_token_names_its_session_and_nothing_else_does() -> None:
    tokens = SessionTokens(SECRET)

    assert tokens.session_of(tokens.socket("session-1")) == "session-1"
    assert SessionTokens(SECRET + "x").session_of(tokens.socket("session-1")) is None
    assert tokens.session_of(tokens.socket("session-1").replace("session-1", "session-2")) is None
    assert tokens.session_of(f"session-1.{tokens.csrf('session-1')}") is None
    assert tokens.is_csrf("session-1", tokens.csrf("session-1"))
    assert not tokens.is_csrf("session-2", tokens.csrf("session-1"))


@given(st.text())
def test_no_made_up_token_is_a_session_or_an_error(token: str) -> None:
    tokens = SessionTokens(SECRET)

    assert tokens.session_of(token) is None
    assert not tokens.is_csrf("session-1", token)


def test_hours_say_when_people_are_back() -> None:
    site = a_site()
    monday = datetime(2026, 11, 23, tzinfo=UTC)

    assert site.opens_at(monday + timedelta(hours=9)) is None
    assert site.opens_at(monday + timedelta(hours=20)) == monday + timedelta(days=1, hours=8)


def test_a_site_that_never_opens_promises_no_time() -> None:
    never = a_site(OpeningHours.from_dict({"tz": "UTC", "weekly": {}}))

    assert never.opens_at(datetime(2026, 11, 23, tzinfo=UTC)) is None


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "changeme!", "a" * 64, "secret" + "0" * 30, "kickstand" * 4])
def test_a_weak_secret_is_refused_with_how_to_make_one(secret: str) -> None:
    with pytest.raises(ValidationError, match="token_urlsafe"):
        Settings(_env_file=None, secret_key=SecretStr(secret))


def test_without_a_secret_the_server_says_how_to_make_one() -> None:
    assert "export KICKSTAND_SECRET_KEY=" in str(missing_secret())


def test_the_secret_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert SECRET not in repr(settings_for_tests(tmp_path))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30", timedelta(seconds=30)),
        ("0.5", timedelta(milliseconds=500)),
        ("PT12H", timedelta(hours=12)),
        ("P14D", timedelta(days=14)),
    ],
)
def test_times_are_written_in_seconds_or_by_iso_8601(
    monkeypatch: pytest.MonkeyPatch, written: str, meant: timedelta
) -> None:
    monkeypatch.setenv("KICKSTAND_SECRET_KEY", SECRET)
    monkeypatch.setenv("KICKSTAND_TURN_TIMEOUT", written)

    assert Settings(_env_file=None).turn_timeout == meant


def all_errors(kind: type[ChatError] = ChatError) -> list[type[ChatError]]:
    return [kind, *(found for each in kind.__subclasses__() for found in all_errors(each))]


def test_each_refusal_has_a_sentence_that_says_what_to_do() -> None:
    for kind in all_errors():
        message = str(kind())
        assert message.endswith("."), kind
        assert "\n" not in message, kind
        assert "unfortunately" not in message.lower(), kind


def test_a_code_means_one_thing() -> None:
    """Only a special case of an error may share its code."""
    by_code: dict[str, type[ChatError]] = {}
    for kind in all_errors():
        first = by_code.setdefault(kind.code, kind)
        assert issubclass(kind, first), f"{kind} and {first} are both {kind.code}"


def test_who_may_come_back_is_told_by_the_range_of_the_code() -> None:
    for kind in all_errors():
        if kind.close is not None and kind.retryable:
            assert 4400 <= kind.close < 4500, kind
        elif kind.close is not None:
            assert 4500 <= kind.close < 4600, kind
    assert len({code.value for code in CloseCode}) == len(CloseCode)
