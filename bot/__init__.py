"""The bot: a function from a tracker and a message to a turn. Stores nothing, knows no web."""

from bot.assistant import Assistant, check
from bot.events import Event, fault
from bot.model import DamagedModel, ForeignModel, ModelError, OtherVersion
from bot.nlu.recognisers.tracking import Parcel, parcels
from bot.outputs import rest_messages
from bot.problems import Problem, ProjectError
from bot.reminders import Reminder, first_due, pending, read_reminder
from bot.tracker import Tracker
from bot.turn import ActionFailure, BotMessage, Button, Limits, Message, Step, Trace, Turn, Wish

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
