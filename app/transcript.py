"""A conversation as a text to keep: who said what, when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from app.conversations import Entry
from app.legible import legible
from app.words import Words, words_for
from handoff import written_moment


def transcript(brand: str, entries: Iterable[Entry], tz: tzinfo, locale: str | None = None) -> str:
    """The visible messages among `entries`, on a clock in `tz`. Agents appear with their first name.

    `locale`: BCP 47, what its reader reads; English for None.
    """
    words = words_for(locale)
    lines = [words.transcript_title.format(brand=brand), ""]
    for entry in entries:
        if entry.seq is None:
            continue
        lines.append(f"{written_moment(entry.at, tz=tz, locale=locale)}  {_who(entry, brand, words)}")
        lines += [f"    {line}" for line in _said(entry, words)]
        lines.append("")
    return "\n".join(lines)


def _who(entry: Entry, brand: str, words: Words) -> str:
    if entry.author_kind == "agent":
        return str(entry.data.get("name") or brand).split()[0]
    return {"visitor": words.you, "bot": words.assistant}.get(entry.author_kind, brand)


def _said(entry: Entry, words: Words) -> list[str]:
    card = entry.data.get("card") or {}
    said = [str(entry.data["text"]), str(card.get("headline") or card.get("title") or card.get("what") or "")]
    if card.get("kind") == "article" and card["text"] not in said[0]:
        said.append(card["text"])
    photos = len(entry.data.get("attachments", ()))
    said.append(f"[{words.photos(photos)}]" if photos else "")
    return [line for part in said if part for line in legible(part).splitlines()]
