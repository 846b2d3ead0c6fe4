"""What the bot does beyond talking: fit, parts, orders, cases. The engine gives each action what it asks for."""

from .cases import (
    ActionOpenDamage,
    ActionOpenDelivery,
    ActionOpenMissing,
    ActionOpenReturn,
    ActionOpenWarranty,
    ActionOpenWrong,
)
from .facts import (
    ActionPartBox,
    ActionPartFitting,
    ActionPartLegal,
    ActionPartPrice,
    ActionPartSound,
    ActionPartStock,
)
from .fit import ActionFitCheck, ActionFitFind, ActionYearUnsure
from .garage import ActionForgetBike, ActionRememberBike
from .orders import ActionOrderStatus, ValidateOrderForm
from .topics import ActionContinue, ActionNumber

__all__ = [
    "ActionContinue",
    "ActionFitCheck",
    "ActionFitFind",
    "ActionForgetBike",
    "ActionNumber",
    "ActionOpenDamage",
    "ActionOpenDelivery",
    "ActionOpenMissing",
    "ActionOpenReturn",
    "ActionOpenWarranty",
    "ActionOpenWrong",
    "ActionOrderStatus",
    "ActionPartBox",
    "ActionPartFitting",
    "ActionPartLegal",
    "ActionPartPrice",
    "ActionPartSound",
    "ActionPartStock",
    "ActionRememberBike",
    "ActionYearUnsure",
    "ValidateOrderForm",
]
