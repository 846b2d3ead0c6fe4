"""The bot: a function from a tracker and a message to a turn. Stores nothing, knows no web."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.assistant import Assistant, check
    from bot.events import Event, fault
    from bot.model import DamagedModel, ForeignModel, ModelError, OtherVersion
    from bot.nlu.recognisers.tracking import Parcel, parcels
    from bot.outputs import rest_messages
    from bot.problems import Problem, ProjectError
    from bot.reminders import Reminder, first_due, pending, read_reminder
    from bot.tracker import Tracker
    from bot.turn import ActionFailure, BotMessage, Button, Limits, Message, Promised, Step, Trace, Turn, Wish

__all__ = [
    "ActionFailure",
    "Assistant",
    "BotMessage",
    "Button",
    "DamagedModel",
    "Event",
    "ForeignModel",
    "Limits",
    "Message",
    "ModelError",
    "OtherVersion",
    "Parcel",
    "Problem",
    "ProjectError",
    "Promised",
    "Reminder",
    "Step",
    "Trace",
    "Tracker",
    "Turn",
    "Wish",
    "check",
    "fault",
    "first_due",
    "parcels",
    "pending",
    "read_reminder",
    "rest_messages",
]

_HOMES = {
    "Assistant": "bot.assistant",
    "check": "bot.assistant",
    "Event": "bot.events",
    "fault": "bot.events",
    "DamagedModel": "bot.model",
    "ForeignModel": "bot.model",
    "ModelError": "bot.model",
    "OtherVersion": "bot.model",
    "Parcel": "bot.nlu.recognisers.tracking",
    "parcels": "bot.nlu.recognisers.tracking",
    "rest_messages": "bot.outputs",
    "Problem": "bot.problems",
    "ProjectError": "bot.problems",
    "Reminder": "bot.reminders",
    "first_due": "bot.reminders",
    "pending": "bot.reminders",
    "read_reminder": "bot.reminders",
    "Tracker": "bot.tracker",
    "ActionFailure": "bot.turn",
    "BotMessage": "bot.turn",
    "Button": "bot.turn",
    "Limits": "bot.turn",
    "Promised": "bot.turn",
    "Message": "bot.turn",
    "Step": "bot.turn",
    "Trace": "bot.turn",
    "Turn": "bot.turn",
    "Wish": "bot.turn",
}
"""The module of each name of this front door. It is imported with the first use: who only classifies messages, in a
process of its own, has no need of everything that a whole assistant stands on."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found
