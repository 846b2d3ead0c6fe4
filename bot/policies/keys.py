"""What policies look up: sequences of states. How they stand in a model file, each state once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from bot.model import DamagedModel, ModelReader, ModelWriter
from bot.states import State

Key: TypeAlias = tuple[State, ...]


def put_keys(writer: ModelWriter, name: str, table: Mapping[Key, str]) -> None:
    """Keep a table in its order; many of its keys share their states."""
    part = writer.part(name)
    numbers: dict[State, int] = {}
    words: dict[str, int] = {}
    flat = [numbers.setdefault(state, len(numbers)) for key in table for state in key]
    values = [words.setdefault(word, len(words)) for word in table.values()]
    part.put_json("states", [list(state) for state in numbers])
    part.put_json("values", list(words))
    part.put("flat", np.array(flat, dtype=np.int32))
    part.put("lengths", np.array([len(key) for key in table], dtype=np.int32))
    part.put("chosen", np.array(values, dtype=np.int32))


def get_keys(reader: ModelReader, name: str) -> dict[Key, str]:
    """What `put_keys` has kept. Raises DamagedModel."""
    part = reader.part(name)
    try:
        states = [_state(written) for written in part.get_json("states")]
        words = part.get_json("values")
        flat = part.get("flat").tolist()
        table: dict[Key, str] = {}
        start = 0
        for length, chosen in zip(part.get("lengths").tolist(), part.get("chosen").tolist(), strict=True):
            table[tuple(states[number] for number in flat[start : start + length])] = words[chosen]
            start += length
        return table
    except (TypeError, ValueError, IndexError) as error:
        raise DamagedModel(f"the table {name} cannot be read; train the model again") from error


def put_sources(writer: ModelWriter, name: str, sources: Iterable[object]) -> None:
    """Keep what predictions come from: rule keys, names of intents, pairs of a loop and an action."""
    keys: dict[Key, str] = {}
    intents: list[str] = []
    pairs: list[tuple[str, ...]] = []
    for source in sources:
        if isinstance(source, str):
            intents.append(source)
        elif isinstance(source, tuple) and all(isinstance(part, State) for part in source):
            keys[source] = ""
        elif isinstance(source, tuple):
            pairs.append(source)
    put_keys(writer, name, dict(sorted(keys.items(), key=repr)))
    writer.put_json(f"{name}_names", {"intents": sorted(intents), "loops": sorted(pairs)})


def get_sources(reader: ModelReader, name: str) -> frozenset[object]:
    """What `put_sources` has kept. Raises DamagedModel."""
    names = reader.get_json(f"{name}_names")
    return frozenset([*get_keys(reader, name), *names["intents"], *map(tuple, names["loops"])])


def _state(written: list[Any]) -> State:
    previous, intent, text, entities, slots, loop = written
    return State(
        previous,
        intent,
        text,
        tuple(entities),
        tuple((slot, value if isinstance(value, str) else tuple(value)) for slot, value in slots),
        loop,
    )
