"""A conversation as a text to keep: who said what, when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from app.conversations import Entry


def transcript(brand: str, entries: Iterable[Entry], tz: tzinfo) -> str:
    """The visible messages among `entries`, on a clock in `tz`. Agents appear with their first name."""
    lines = [f"Your conversation with {brand}", ""]
    for entry in entries:
        if entry.seq is None:
            continue
        at = entry.at.astimezone(tz)
        lines.append(f"{at:%Y-%m-%d %H:%M}  {_who(entry, brand)}")
        lines += [f"    {line}" for line in _said(entry)]
        lines.append("")
    return "\n".join(lines)


def _who(entry: Entry, brand: str) -> str:
    if entry.author_kind == "agent":
        return str(entry.data.get("name") or brand).split()[0]
    return {"visitor": "You", "bot": "Assistant"}.get(entry.author_kind, brand)


def _said(entry: Entry) -> list[str]:
    card = entry.data.get("card") or {}
    said = [str(entry.data["text"]), str(card.get("headline") or card.get("title") or card.get("what") or "")]
    if card.get("kind") == "article" and card["text"] not in said[0]:
        said.append(card["text"])
    photos = len(entry.data.get("attachments", ()))
    said.append(f"[{photos} photo{'s' if photos > 1 else ''}]" if photos else "")
    return [line for part in said if part for line in part.splitlines()]
