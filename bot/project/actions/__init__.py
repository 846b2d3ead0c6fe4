"""What the bot does beyond talking: fit, parts, orders, cases. The engine gives each action what it asks for."""

from .answers import ActionAnswerOrOpen, ActionPartLookup, ActionSpare
from .cases import ActionOpenCase
from .facts import (
    ActionPartBox,
    ActionPartCare,
    ActionPartFitting,
    ActionPartLegal,
    ActionPartMaterial,
    ActionPartPrice,
    ActionPartSound,
    ActionPartStock,
    ActionPartWeight,
)
from .fit import ActionFitCheck, ActionFitFind, ActionYearUnsure
from .garage import ActionForgetBike, ActionRememberBike, ActionShowGarage
from .manner import ActionAskConcern, ActionConcern, ActionForgetPreferences, ActionSessionStart, ActionSetPace
from .orders import ActionOrderOfPage, ActionOrderStatus, ValidateOrderForm
from .orientation import ActionClarify, ActionNearest
from .topics import ActionContinue, ActionNumber
from .visits import ActionKnownBike

__all__ = [
    "ActionAnswerOrOpen",
    "ActionAskConcern",
    "ActionClarify",
    "ActionConcern",
    "ActionContinue",
    "ActionFitCheck",
    "ActionFitFind",
    "ActionForgetBike",
    "ActionForgetPreferences",
    "ActionKnownBike",
    "ActionNearest",
    "ActionNumber",
    "ActionOpenCase",
    "ActionOrderOfPage",
    "ActionOrderStatus",
    "ActionPartBox",
    "ActionPartCare",
    "ActionPartFitting",
    "ActionPartLegal",
    "ActionPartLookup",
    "ActionPartMaterial",
    "ActionPartPrice",
    "ActionPartSound",
    "ActionPartStock",
    "ActionPartWeight",
    "ActionRememberBike",
    "ActionSessionStart",
    "ActionSetPace",
    "ActionShowGarage",
    "ActionSpare",
    "ActionYearUnsure",
    "ValidateOrderForm",
]
