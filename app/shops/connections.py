"""Which system a site's orders are in: `shops.toml`, with the secrets in environment variables that it names.

[brand]                       # the site's key
orders = "vendure"            # vendure, shopify, woocommerce, lookup; left out: our own order book
url = "https://shop.example/admin-api"
username = "support"          # vendure; for woocommerce the consumer key
secret_env = "BRAND_SHOP_SECRET"
tracking = "wc-ast/v3"        # woocommerce: the namespace of the tracking extension
webhook_secret_env = "BRAND_ORDERS_SECRET"   # for POST /v1/orders
easypost_key_env = "BRAND_EASYPOST_KEY"      # follows parcels
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from app.errors import StartupRefused
from app.outgoing import Outgoing
from app.shops.connectors import EasyPost, Lookup, OrderSource, Shopify, Vendure, WooCommerce
from app.shops.connectors.vendure_refunds import VendureRefunds
from app.shops.refunds import Refunds
from app.shops.remote import RemoteShop
from bot.ports import Clock, Shop


class Connection(BaseModel):
    """Where one site's orders are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    orders: Literal["own", "vendure", "shopify", "woocommerce", "lookup"] = "own"
    url: str = ""
    username: str = ""
    secret: SecretStr = SecretStr("")
    tracking: str = "wc-shipment-tracking/v3"
    webhook_secret: SecretStr | None = None
    easypost_key: SecretStr | None = None

    def shop(self, catalogue: Shop, outgoing: Outgoing, clock: Clock) -> Shop:
        """The site's shop: `catalogue` itself where the orders are in our own book and nobody follows parcels."""
        source = self._source(outgoing)
        if source is None:
            return catalogue
        tracker = EasyPost(outgoing, self.easypost_key) if self.easypost_key is not None else None
        return RemoteShop(catalogue, source, clock, tracker)

    def refunds(self, outgoing: Outgoing) -> Refunds | None:
        """Who gives money back there; None where a person does it by hand."""
        match self.orders:
            case "vendure":
                return VendureRefunds(Vendure(outgoing, self.url, self.username, self.secret))
            case _:
                return None

    def _source(self, outgoing: Outgoing) -> OrderSource | None:
        match self.orders:
            case "vendure":
                return Vendure(outgoing, self.url, self.username, self.secret)
            case "shopify":
                return Shopify(outgoing, self.url, self.secret)
            case "woocommerce":
                return WooCommerce(outgoing, self.url, self.username, self.secret, self.tracking)
            case "lookup":
                return Lookup(outgoing, self.url, self.secret)
            case "own":
                return None


def read_connections(path: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Connection]:
    """The connections by site key; {} where there is no such file. Raises StartupRefused with what to mend."""
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StartupRefused(f"{path}: {error}") from error
    connections = {}
    for key, table in tables.items():
        try:
            if not isinstance(table, dict):
                raise ValueError("a table [site-key] is needed")
            values = {}
            for name, value in table.items():
                if not name.endswith("_env"):
                    values[name] = value
                elif not environment.get(str(value)):
                    raise ValueError(f"the environment variable {value} is empty; put the secret there")
                else:
                    values[name.removesuffix("_env")] = environment[str(value)]
            connection = Connection.model_validate(values)
            if connection.orders != "own" and not (connection.url and connection.secret.get_secret_value()):
                raise ValueError("url and secret_env are needed")
            connections[key] = connection
        except ValidationError as error:
            first = error.errors()[0]
            raise StartupRefused(f"{path}: [{key}] {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        except ValueError as error:
            raise StartupRefused(f"{path}: [{key}] {error}") from None
    return connections
