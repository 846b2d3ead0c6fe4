"""Web push as the standards write it, and the words of each way."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from app.alerts.news import News, Told
from app.alerts.push import MOST, BadSubscription, Subscription, Vapid, encrypt, from_base64url, to_base64url
from app.alerts.reach import Reach
from handoff.escalation import DEFAULT, BadEscalation, Escalation, Step, Way, waits_since
from tests.factories import MONDAY_MORNING, a_conversation

# The example of RFC 8291, appendix A.
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
ENCRYPTED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
SECRETS = "one-of-the-secrets-that-a-server-has-9Kz", "another-of-the-secrets-of-a-server-3Lq"


def test_the_example_of_the_standard_comes_out_as_it_is_written_there() -> None:
    private = ec.derive_private_key(int.from_bytes(from_base64url(PRIVATE)), ec.SECP256R1())
    browser = Subscription.read("https://push.example/1", P256DH, AUTH)

    sealed = encrypt(b"When I grow up, I want to be a watermelon", browser, private=private, salt=from_base64url(SALT))

    assert to_base64url(sealed) == ENCRYPTED


def test_a_message_is_never_sealed_twice_alike_and_has_a_limit() -> None:
    browser = Subscription.read("https://push.example/1", P256DH, AUTH)

    assert encrypt(b"x" * MOST, browser) != encrypt(b"x" * MOST, browser)
    assert len(encrypt(b"x" * MOST, browser)) == 4096
    with pytest.raises(ValueError, match="bytes at most"):
        encrypt(b"x" * (MOST + 1), browser)


def test_gateways_with_one_secret_are_one_sender_and_another_secret_is_another() -> None:
    first, second = (Vapid(SECRETS[0], "mailto:help@larkmoor.example") for _ in range(2))

    assert first.public == second.public
    assert len(from_base64url(first.public)) == 65
    assert Vapid(SECRETS[1], "mailto:help@larkmoor.example").public != first.public


@pytest.mark.parametrize(
    ("endpoint", "p256dh", "auth"),
    [
        ("https://push.example/1", "AAAA", AUTH),
        ("https://push.example/1", P256DH, "AAAA"),
        ("https://push.example/1", "not a key", AUTH),
        ("javascript:alert(1)", P256DH, AUTH),
        ("https:///1", P256DH, AUTH),
    ],
)
def test_what_no_browser_gives_is_refused_with_what_to_do(endpoint: str, p256dh: str, auth: str) -> None:
    with pytest.raises(BadSubscription, match="Switch notifications off and on again"):
        Subscription.read(endpoint, p256dh, auth)


def test_each_way_says_the_same_in_its_own_form() -> None:
    news = News("ticket.waiting", "Upset: <b>waits</b> & waits", "Since \n noon.", a_conversation())
    told = Told("a1", news, "larkmoor", "Larkmoor", "https://chat.example/console/", MONDAY_MORNING)

    assert json.loads(told.push())["tag"] == a_conversation()
    assert json.loads(told.webhook())["data"]["title"] == "Upset: <b>waits</b> & waits"
    assert "Upset: &lt;b&gt;waits&lt;/b&gt; &amp; waits" in json.loads(told.slack())["text"]
    mail = told.mail("help@larkmoor.example", "owner@larkmoor.example")
    assert mail["Subject"] == "Upset: <b>waits</b> & waits (Larkmoor)"
    assert mail["Message-ID"] == told.mail("help@larkmoor.example", "owner@larkmoor.example")["Message-ID"]


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_step_that_was_due_stays_due_and_all_are_due_in_the_end(earlier: int, later: int) -> None:
    earlier, later = sorted((earlier, later))
    due = [Escalation().due(MONDAY_MORNING, MONDAY_MORNING + timedelta(seconds=each)) for each in (earlier, later)]

    assert list(due[1])[: len(due[0])] == list(due[0])
    assert [step for _, step in Escalation().due(MONDAY_MORNING, MONDAY_MORNING + timedelta(hours=1))] == list(DEFAULT)


def test_a_night_does_not_count_as_waiting() -> None:
    opened_at = MONDAY_MORNING + timedelta(hours=8)

    assert waits_since(MONDAY_MORNING, opened_at) == opened_at
    assert waits_since(opened_at + timedelta(hours=1), opened_at) == opened_at + timedelta(hours=1)
    assert waits_since(MONDAY_MORNING, None) == MONDAY_MORNING


@pytest.mark.parametrize(
    "steps",
    [
        [{"after_s": 60, "way": "pigeon"}],
        [{"after_s": -1, "way": "push"}],
        [{"after_s": 10**12, "way": "push"}],
        [{"after_s": 60, "way": "push"}, {"after_s": 0, "way": "email"}],
        [{"after_s": 0, "way": "push"}] * 13,
        [{"way": "push"}],
    ],
)
def test_steps_that_cannot_be_kept_are_refused_with_what_they_should_look_like(steps: list[dict[str, object]]) -> None:
    with pytest.raises(BadEscalation):
        Escalation.from_list(steps)


def test_how_people_are_reached_is_stored_whole_and_leads_only_where_something_is() -> None:
    reach = Reach(
        escalation=Escalation((Step(timedelta(seconds=5), Way.SLACK),)),
        webhook_url="https://hooks.example",
        slack_url="https://hooks.slack.example/T/B/x",
        owner_emails=("owner@larkmoor.example",),
    )

    assert Reach.from_dict(reach.to_dict()) == reach
    assert Reach.from_dict({}) == Reach()
    assert reach.ways(mails=False) == {Way.PUSH, Way.SLACK}  # a webhook without a secret is none
    assert Reach().ways(mails=True) == {Way.PUSH, Way.EMAIL}
