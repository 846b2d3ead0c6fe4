"""What fits what, as brands publish it: ACES XML and year-make-model sheets, read, checked and put into a site."""

from app.shops.fitments.aces import Submission, read_aces
from app.shops.fitments.loading import Mode, Report, import_fitments
from app.shops.fitments.record import BadFile, Problem, Record
from app.shops.fitments.sheet import read_sheet
from app.shops.fitments.vehicle_ids import VehicleIds, read_vehicle_ids

__all__ = [
    "BadFile",
    "Mode",
    "Problem",
    "Record",
    "Report",
    "Submission",
    "VehicleIds",
    "import_fitments",
    "read_aces",
    "read_sheet",
    "read_vehicle_ids",
]
