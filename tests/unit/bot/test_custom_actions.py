from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from bot import Limits, ProjectError
from tests.unit.bot.projects import DOMAIN, RULES, Chat, a_project, an_assistant, texts, with_action


def a_chat(folder: Path, body: str, *, services: Any = None, limits: Limits | None = None) -> Chat:
    """A chat with a bot whose greeting runs `body`, the lines of an action's `run`."""
    lines = "\n".join("        " + line for line in body.splitlines())
    kind = "async def" if "await" in body else "def"
    code = (
        "class A(Action):\n    def name(self): return 'action_a'\n"
        f"    {kind} run(self, dispatcher, tracker, domain):\n{lines}\n"
    )
    files = with_action("action_a", "greet", "inform")
    return Chat(an_assistant(a_project(folder, files, actions=code), services=services, limits=limits))


async def test_an_action_speaks_and_sets_slots(tmp_path: Path) -> None:
    chat = a_chat(tmp_path, "dispatcher.utter_message(text='Hi.')\nreturn [SlotSet('size', 'small')]")
    turn = await chat.taps("/greet")
    assert texts(turn) == ["Hi."]
    assert chat.tracker.slots["size"] == "small"


async def test_an_action_uses_responses_with_values_of_its_own(tmp_path: Path) -> None:
    chat = a_chat(tmp_path, "dispatcher.utter_message(response='utter_ordered', size='huge', address='Rome')")
    assert texts(await chat.taps("/greet")) == ["A huge one goes to Rome."]


async def test_a_card_and_a_wish_travel_as_payloads(tmp_path: Path) -> None:
    body = (
        "dispatcher.utter_message(text='Here.', json_message={'card': {'kind': 'case', 'number': 'R-1'}})\n"
        "dispatcher.utter_message(json_message={'handoff': {'reason': 'catalogue_gap', 'detail': 'unknown bike'}})\n"
    )
    turn = await a_chat(tmp_path, body).taps("/greet")
    (message,) = turn.messages
    assert message.text == "Here."
    assert message.card == {"kind": "case", "number": "R-1"}
    assert turn.wish is not None
    assert (turn.wish.reason, turn.wish.detail) == ("catalogue_gap", "unknown bike")


async def test_a_raising_action_is_reported_and_the_dialogue_goes_on(tmp_path: Path) -> None:
    chat = a_chat(tmp_path, "raise KeyError('shop')")
    turn = await chat.taps("/greet")
    assert [(failure.action, failure.kind) for failure in turn.failures] == [("action_a", "raised")]
    assert "KeyError" in turn.failures[0].detail
    assert turn.events[-1]["name"] == "action_listen"
    assert (await chat.taps("/greet")).failures


async def test_an_action_that_leaves_the_process_is_reported(tmp_path: Path) -> None:
    turn = await a_chat(tmp_path, "raise SystemExit(3)").taps("/greet")
    assert turn.failures[0].kind == "raised"


async def test_a_hanging_coroutine_times_out(tmp_path: Path) -> None:
    body = "import anyio\nawait anyio.sleep_forever()"
    turn = await a_chat(tmp_path, body, limits=Limits(action=timedelta(milliseconds=30))).taps("/greet")
    assert [failure.kind for failure in turn.failures] == ["timed_out"]
    assert turn.events[-1]["name"] == "action_listen"


async def test_a_blocking_action_times_out_and_holds_nobody_up(tmp_path: Path) -> None:
    gate = threading.Event()
    code = (
        "class A(Action):\n"
        "    def __init__(self, gate): self.gate = gate\n"
        "    def name(self): return 'action_a'\n"
        "    def run(self, dispatcher, tracker, domain): self.gate.wait()\n"
    )
    folder = a_project(tmp_path, with_action("action_a", "greet"), actions=code)
    limits = Limits(action=timedelta(milliseconds=50))
    chat = Chat(an_assistant(folder, services=SimpleNamespace(gate=gate), limits=limits))
    steps: list[int] = []

    async def somebody_else() -> None:
        for number in range(5):
            await anyio.lowlevel.checkpoint()
            steps.append(number)

    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(somebody_else)
            turn = await chat.taps("/greet")
            assert len(steps) == 5
    finally:
        gate.set()
    assert [failure.kind for failure in turn.failures] == ["timed_out"]


@pytest.mark.parametrize(
    "result",
    ["42", "'words'", "[1, 2]", "[{'event': 'slot'}]", "[{'name': 'x'}]", "[SlotSet('size', object())]", "{'a': 1}"],
)
async def test_a_nonsense_result_is_a_failure(tmp_path: Path, result: str) -> None:
    turn = await a_chat(tmp_path, f"return {result}").taps("/greet")
    assert [failure.kind for failure in turn.failures] == ["raised"]


async def test_an_action_cannot_change_the_conversation_behind_our_back(tmp_path: Path) -> None:
    body = (
        "tracker.slots['size'] = 'changed'\n"
        "tracker.latest_message['intent']['name'] = 'changed'\n"
        "for event in tracker.events: event.clear()\n"
        "tracker.events.clear()\n"
    )
    chat = a_chat(tmp_path, body)
    await chat.taps('/inform{"size": "small"}')
    turn = await chat.taps('/inform{"size": "large"}')
    assert turn.failures == ()
    assert chat.tracker.slots["size"] == "large"
    assert chat.tracker.latest_intent == "inform"


async def test_an_action_that_looks_from_the_end_sees_the_same_events_as_one_that_reads_them_all(
    tmp_path: Path,
) -> None:
    body = (
        "last, *before = reversed(tracker.events)\n"
        "last['mine'] = 1\n"
        "assert tracker.events[-1] is last and len(tracker.events) == len(before) + 1\n"
        "assert [*tracker.events] == [*before[::-1], last] and tracker.events[-1]['mine'] == 1\n"
        "tracker.events[0].clear()\n"
        "assert tracker.events[:1] == [{}]\n"
        "try: tracker.events[len(tracker.events)]\n"
        "except IndexError: dispatcher.utter_message(text='as a list')"
    )
    chat = a_chat(tmp_path, body)
    assert texts(await chat.taps("/greet")) == texts(await chat.taps("/greet")) == ["as a list"]


async def test_an_action_sees_what_happened_since_the_session_began(tmp_path: Path) -> None:
    body = (
        "said = [event['text'] for event in tracker.events if event['event'] == 'user']\n"
        "state = tracker.current_state()\n"
        "assert state['events'] == tracker.events and state['latest_event_time'] == tracker.events[-1]['timestamp']\n"
        "dispatcher.utter_message(text=f\"{tracker.events[0]['event']}: {', '.join(said)}\")"
    )
    chat = a_chat(tmp_path, body)
    await chat.says("hello")
    assert texts(await chat.taps("/greet")) == ["session_started: hello, /greet"]


async def test_an_action_finds_metadata_and_the_turns_key(tmp_path: Path) -> None:
    body = (
        "m = tracker.latest_message\ndispatcher.utter_message(text=m['metadata']['visitor_id'] + ' ' + m['message_id'])"
    )
    turn = await a_chat(tmp_path, body).says("", "/greet", visitor_id="v7")
    assert texts(turn) == ["v7 turn-0"]


async def test_an_action_gets_the_services_it_names(tmp_path: Path) -> None:
    code = (
        "class A(Action):\n"
        "    def __init__(self, shop, clock=None): self.shop = shop\n"
        "    def name(self): return 'action_a'\n"
        "    async def run(self, dispatcher, tracker, domain): dispatcher.utter_message(text=self.shop)\n"
    )
    folder = a_project(tmp_path, with_action("action_a", "greet"), actions=code)
    chat = Chat(an_assistant(folder, services=SimpleNamespace(shop="the shop")))
    assert texts(await chat.taps("/greet")) == ["the shop"]


async def test_a_package_of_actions_may_import_its_own_modules(tmp_path: Path) -> None:
    files = {
        **with_action("action_a", "greet"),
        "actions/__init__.py": "",
        "actions/words.py": "HELLO = 'From a package.'",
        "actions/greeting.py": (
            "from rasa_sdk import Action\nfrom .words import HELLO\n"
            "class A(Action):\n    def name(self): return 'action_a'\n"
            "    def run(self, dispatcher, tracker, domain): dispatcher.utter_message(text=HELLO)\n"
        ),
    }
    assert texts(await Chat(an_assistant(a_project(tmp_path, files))).taps("/greet")) == ["From a package."]


async def test_a_followup_runs_next(tmp_path: Path) -> None:
    body = "from rasa_sdk.events import FollowupAction\nreturn [FollowupAction('utter_chitchat')]"
    turn = await a_chat(tmp_path, body).taps("/greet")
    assert texts(turn)[0] == "Nice weather."
    assert ("utter_chitchat", "action") in [(step.action, step.policy) for step in turn.trace.steps]


async def test_an_action_that_is_missing_is_a_failure_when_it_runs(tmp_path: Path) -> None:
    chat = Chat(an_assistant(a_project(tmp_path, with_action("action_a", "greet"))))
    assert (await chat.taps("/greet")).failures[0].action == "action_a"


FORM_CODE = """
from rasa_sdk.forms import FormValidationAction

class Check(FormValidationAction):
    def name(self): return "validate_order_form"
    def validate_size(self, value, dispatcher, tracker, domain):
        if value in ("small", "large"):
            return {"size": value}
        dispatcher.utter_message(text="Small or large?")
        return {"size": None}
    def validate_address(self, value, dispatcher, tracker, domain):
        return {"address": value.title()}

class Ask(Action):
    def name(self): return "action_ask_address"
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Where does the %s one go?" % tracker.get_slot("size"))
        return []
"""


async def test_a_forms_own_validation_refuses_and_improves_answers(tmp_path: Path) -> None:
    domain = DOMAIN.replace("actions: []", "actions: [validate_order_form, action_ask_address]")
    chat = Chat(an_assistant(a_project(tmp_path, {"domain.yml": domain}, actions=FORM_CODE)))
    await chat.taps("/order")
    assert texts(await chat.taps('/inform{"size": "purple"}')) == ["Small or large?", "Which size?"]
    assert texts(await chat.taps('/inform{"size": "small"}')) == ["Where does the small one go?"]
    assert texts(await chat.says("12 harbour lane")) == ["A small one goes to 12 Harbour Lane."]


async def test_a_raising_validation_leaves_the_form_active(tmp_path: Path) -> None:
    domain = DOMAIN.replace("actions: []", "actions: [validate_order_form]")
    code = FORM_CODE.replace('return {"address": value.title()}', "raise RuntimeError('x')")
    chat = Chat(an_assistant(a_project(tmp_path, {"domain.yml": domain}, actions=code)))
    await chat.taps("/order")
    await chat.taps('/inform{"size": "small"}')
    turn = await chat.says("12 harbour lane")
    assert turn.failures[0].action == "validate_order_form"
    assert chat.tracker.active_loop == "order_form"


@pytest.mark.parametrize("never_blocks", [False, True])
async def test_an_action_runs_beside_the_servers_loop_unless_it_says_that_it_never_blocks(
    tmp_path: Path, never_blocks: bool
) -> None:
    code = (
        "import threading\nclass A(Action):\n"
        f"    never_blocks = {never_blocks}\n"
        "    def name(self): return 'action_a'\n"
        "    async def run(self, dispatcher, tracker, domain):\n"
        "        dispatcher.utter_message(text=threading.current_thread().name)\n"
    )
    chat = Chat(an_assistant(a_project(tmp_path, with_action("action_a", "greet"), actions=code)))
    here = texts(await chat.taps("/greet")) == [threading.current_thread().name]
    assert here is never_blocks


def test_two_actions_of_one_name_are_refused(tmp_path: Path) -> None:
    code = (
        "class A(Action):\n    def name(self): return 'action_a'\n"
        "class B(Action):\n    def name(self): return 'action_a'\n"
    )
    folder = a_project(tmp_path, {"data/rules.yml": RULES}, actions=code)
    with pytest.raises(ProjectError, match="two actions are named 'action_a'"):
        an_assistant(folder)


BLOCKING = """
import threading
GATE = threading.Event()
class A(Action):
    def name(self): return "action_a"
    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Blocked no more.")
        GATE.wait()
class B(Action):
    def name(self): return "action_b"
    async def run(self, dispatcher, tracker, domain):
        GATE.set()
        dispatcher.utter_message(text="Open.")
"""


async def test_a_coroutine_that_blocks_times_out_and_holds_up_neither_us_nor_the_next_one(tmp_path: Path) -> None:
    files = with_action("action_a", "greet")
    files["domain.yml"] = files["domain.yml"].replace("[action_a]", "[action_a, action_b]")
    files["data/rules.yml"] += "- rule: b\n  steps: [{intent: inform}, {action: action_b}]\n"
    limits = Limits(action=timedelta(milliseconds=100))
    chat = Chat(an_assistant(a_project(tmp_path, files, actions=BLOCKING), limits=limits))
    assert [failure.kind for failure in (await chat.taps("/greet")).failures] == ["timed_out"]
    assert texts(await chat.taps("/inform")) == ["Open."]
    assert texts(await chat.taps("/greet")) == ["Blocked no more."]


@pytest.mark.parametrize(
    "body",
    [
        "raise KeyboardInterrupt",
        "raise StopIteration",
        "raise RecursionError",
        "import asyncio\nraise asyncio.CancelledError",
        "import asyncio\nawait asyncio.sleep(0)\nraise asyncio.CancelledError",
        "import asyncio\nawait asyncio.sleep(0)\nraise SystemExit(2)",
        "import asyncio\nasyncio.current_task().cancel()\nawait asyncio.sleep(0)",
        "return [SlotSet('size', 'x' * 2_000_000)]",
        "dispatcher.utter_message(text='x' * 2_000_000)",
        "dispatcher.utter_message(json_message={'a': float('nan')})",
        "loop = []\nloop.append(loop)\nreturn [SlotSet('size', loop)]",
    ],
)
async def test_whatever_an_action_does_ends_as_its_failure_and_the_next_turn_is_fine(tmp_path: Path, body: str) -> None:
    chat = a_chat(tmp_path, f"if tracker.get_slot('size') != 'fine':\n    {body.replace(chr(10), chr(10) + '    ')}")
    turn = await chat.taps("/greet")
    assert [failure.kind for failure in turn.failures] == ["raised"]
    assert turn.events[-1]["name"] == "action_listen"
    assert (await chat.taps('/inform{"size": "fine"}')).failures == ()


async def test_what_an_action_prints_is_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turn = await a_chat(tmp_path, "print('quietly')\ndispatcher.utter_message(text='Hi.')").taps("/greet")
    assert texts(turn) == ["Hi."]
    assert capsys.readouterr().out == "quietly\n"


async def test_a_domain_that_an_action_changes_is_changed_for_nobody(tmp_path: Path) -> None:
    body = "dispatcher.utter_message(text=str(len(domain['intents'])))\ndomain['intents'].clear()\ndomain.pop('slots')"
    chat = a_chat(tmp_path, body)
    assert texts(await chat.taps("/greet")) == texts(await chat.taps("/greet")) == ["6"]


async def test_an_action_that_changes_what_it_was_given_later_changes_nothing(tmp_path: Path) -> None:
    body = (
        "import builtins\nvalue = {'deep': [1]}\nevents = [SlotSet('size', value)]\nbuiltins.kept = (value, events)\n"
        "return events"
    )
    chat = a_chat(tmp_path, body)
    await chat.taps("/greet")
    import builtins

    value, given = vars(builtins).pop("kept")
    value["deep"].append(2)
    given.clear()
    assert chat.tracker.slots["size"] == {"deep": [1]}
