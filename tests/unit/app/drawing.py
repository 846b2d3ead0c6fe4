"""Hypothesis strategies for the models of the wire, read from their fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

EXAMPLES = {
    r"^[A-Z]{3}$": "EUR",
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$": "de-AT",
    r"^https?://": "https://shop.example/fell-2",
    r"^(https?://|data:image/)": "data:image/svg+xml,x",
}
LARGEST = 2**53 - 1
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def frames(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Valid instances of `model`, all fields drawn."""
    fields = {name: _drawn(field.annotation, field.metadata) for name, field in model.model_fields.items()}
    return st.builds(model, **fields)


def _drawn(kind: Any, limits: Sequence[Any] = ()) -> st.SearchStrategy[Any]:
    if kind is AwareDatetime:
        return st.datetimes(timezones=st.just(UTC))
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _drawn(parts[0], [limit for part in parts[1:] for limit in (getattr(part, "metadata", None) or [part])])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        return st.one_of([_drawn(part) for part in parts])
    if origin is tuple:
        return st.lists(_drawn(parts[0]), min_size=_limit(limits, MinLen, "min_length", 0), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(st.text(max_size=8), VALUES, max_size=3)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return frames(kind)
    if kind is str:
        return _text(limits)
    if kind is int:
        return st.integers(_limit(limits, Ge, "ge", -LARGEST), _limit(limits, Le, "le", LARGEST))
    plain: dict[Any, st.SearchStrategy[Any]] = {UUID: st.uuids(), bool: st.booleans(), NoneType: st.none()}
    return plain[kind]


def _text(limits: Sequence[Any]) -> st.SearchStrategy[str]:
    for limit in limits:
        if getattr(limit, "pattern", None):
            return st.just(EXAMPLES[limit.pattern])
    shortest, longest = _limit(limits, MinLen, "min_length", 0), _limit(limits, MaxLen, "max_length", 60)
    return st.text(min_size=shortest, max_size=min(longest, 60))


def _limit(limits: Sequence[Any], kind: type, name: str, default: int) -> int:
    found: list[Any] = []
    for limit in limits:
        found += [*limit] if hasattr(limit, "__iter__") else [limit]
        found += getattr(limit, "metadata", [])
    return next((getattr(limit, name) for limit in found if isinstance(limit, kind)), default)
