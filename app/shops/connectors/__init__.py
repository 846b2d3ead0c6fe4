"""Order books of other systems, and a carrier's tracker: each one translates to our own shape and words."""

from app.shops.connectors.easypost import EasyPost
from app.shops.connectors.lookup import Lookup
from app.shops.connectors.shopify import Shopify
from app.shops.connectors.source import FoundOrder, OrderSource, Tracked, Tracker, read
from app.shops.connectors.vendure import Vendure
from app.shops.connectors.woocommerce import WooCommerce

__all__ = [
    "EasyPost",
    "FoundOrder",
    "Lookup",
    "OrderSource",
    "Shopify",
    "Tracked",
    "Tracker",
    "Vendure",
    "WooCommerce",
    "read",
]
