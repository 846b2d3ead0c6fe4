"""Tables of the shop behind the bot: what is sold, what it fits, orders, cases and garages.

Each row belongs to a site. Money is in minor units, years are model years, times are aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, ForeignKey, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.persistence.moments import Moment


def _owner(table: str) -> Column[int]:
    """A foreign key whose row goes when its owner goes."""
    return Column(Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)


class CatalogueVersionRow(SQLModel, table=True):
    """Counts the changes of a site's catalogue, so that readers know when theirs is old."""

    __tablename__ = "catalogue_version"

    site_id: str = Field(primary_key=True)
    version: int


class PartRow(SQLModel, table=True):
    """An article; see `bot.ports.Part`."""

    __tablename__ = "part"
    __table_args__ = (UniqueConstraint("site_id", "sku"),)

    id: int = Field(default=None, primary_key=True)
    site_id: str = Field(index=True)
    sku: str
    name: str
    line: str
    family: str
    price: int | None = None
    """Minor units of `currency`; None where the shop's catalogue has no prices."""
    currency: str | None = None
    stock: int | None = None
    in_box: list[str] = Field(sa_type=JSON)
    spoken: list[str] = Field(sa_type=JSON)
    """Other words riders use for the line."""
    facts: dict[str, str] = Field(sa_type=JSON)
    image: str | None = None
    url: str | None = None
    restock_on: date | None = None


class VehicleModelRow(SQLModel, table=True):
    """A machine and the model years it was sold in; None leaves an end open."""

    __tablename__ = "vehicle_model"
    __table_args__ = (UniqueConstraint("site_id", "make", "name"),)

    id: int = Field(default=None, primary_key=True)
    site_id: str = Field(index=True)
    make: str
    name: str
    first_year: int | None = None
    last_year: int | None = None


class ModelAliasRow(SQLModel, table=True):
    """Another name of a machine."""

    __tablename__ = "model_alias"
    __table_args__ = (UniqueConstraint("model_id", "alias"),)

    id: int = Field(default=None, primary_key=True)
    model_id: int = Field(sa_column=_owner("vehicle_model"))
    alias: str
    """As it is written: "FZ-07"."""
    is_market_name: bool
    """The maker's own name in another market, worth saying back; else a nickname or a spelling."""
    market: str | None = None
    """Where it is said: "US/CA"; None for everywhere."""
    first_year: int | None = None
    last_year: int | None = None
    """The model years it is said of."""


class FitmentRow(SQLModel, table=True):
    """A part is made for a model in a stretch of years."""

    __tablename__ = "fitment"

    id: int = Field(default=None, primary_key=True)
    part_id: int = Field(sa_column=_owner("part"))
    model_id: int = Field(sa_column=_owner("vehicle_model"))
    first_year: int | None = None
    last_year: int | None = None
    notes: list[str] = Field(sa_type=JSON)
    needs: list[str] = Field(sa_type=JSON)
    """Skus of the parts that have to be bought with it."""
    submodel: str | None = None
    """The version of the machine ("ABS"); None for all of them."""
    position: str | None = None
    quantity: int = 1
    legality: dict[str, str] = Field(sa_type=JSON, sa_column_kwargs={"server_default": "{}"}, default_factory=dict)
    """What the source says about the law, by its own column names: "street_legal", "carb_eo", "e_marked"."""
    checked_at: datetime = Field(sa_type=Moment)


class VehicleGenerationRow(SQLModel, table=True):
    """A generation of a machine as riders count them: "gen 2" of the Hayabusa is 2008 to 2020."""

    __tablename__ = "vehicle_generation"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    model_id: int = Field(sa_column=_owner("vehicle_model"))
    number: int
    first_year: int | None = None
    last_year: int | None = None


class ShopOrderRow(SQLModel, table=True):
    """An order; see `bot.ports.Order`."""

    __tablename__ = "shop_order"
    __table_args__ = (UniqueConstraint("site_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    site_id: str = Field(index=True)
    number: str
    email: str
    """Lower case, trimmed."""
    postcode: str
    """Upper case, without blanks."""
    status: str
    """A value of `bot.ports.OrderStatus`."""
    placed_at: datetime = Field(sa_type=Moment)
    promised_for: date | None = None
    expected_for: date | None = None
    window: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


class ShopOrderLineRow(SQLModel, table=True):
    """One position of an order."""

    __tablename__ = "shop_order_line"

    id: int = Field(default=None, primary_key=True)
    order_id: int = Field(sa_column=_owner("shop_order"))
    sku: str
    name: str
    quantity: int = 1


class ShipmentEventRow(SQLModel, table=True):
    """Something that happened to an order on its way."""

    __tablename__ = "shipment_event"

    id: int = Field(default=None, primary_key=True)
    order_id: int = Field(sa_column=_owner("shop_order"))
    label: str
    """In words for the buyer: "Packed and checked"."""
    detail: str | None = None
    at: datetime = Field(sa_type=Moment)
    is_scan: bool
    """Reported by the carrier, not by the shop."""


class CaseRow(SQLModel, table=True):
    """Something the team owes a visitor; see `bot.ports.Case`. (`case` is a word of SQL.)"""

    __tablename__ = "support_case"
    __table_args__ = (UniqueConstraint("site_id", "key"), UniqueConstraint("site_id", "serial"))

    id: int = Field(default=None, primary_key=True)
    site_id: str = Field(index=True)
    serial: int
    """Counts the cases of a site; the number is made of the kind's letter and this."""
    kind: str
    key: str
    """The turn that opened it: a repeated turn finds it again."""
    visitor_id: str = Field(index=True)
    about: str
    order_number: str | None = None
    opened_at: datetime = Field(sa_type=Moment)
    due_on: date


class GarageVehicleRow(SQLModel, table=True):
    """A machine that a visitor asked us to keep."""

    __tablename__ = "garage_vehicle"

    id: int = Field(default=None, primary_key=True)
    site_id: str = Field(index=True)
    visitor_id: str = Field(index=True)
    make: str
    model: str
    year: int | None = None
    submodel: str | None = None
    """The version of the machine; "" for one that the catalogue does not name, None where it was never told."""
    kept_at: datetime = Field(sa_type=Moment)


class PreferenceRow(SQLModel, table=True):
    """How a visitor asked to be served; see `bot.ports.Liking`."""

    __tablename__ = "preference"

    site_id: str = Field(primary_key=True)
    visitor_id: str = Field(primary_key=True)
    pace: str | None = None
    concern: str | None = None
    kept_at: datetime = Field(sa_type=Moment)
