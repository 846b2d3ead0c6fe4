"""What is new in an answered mail: without what it quotes, however the mail program says who wrote that."""

from __future__ import annotations

import re
from typing import Final

from email_reply_parser import EmailReplyParser

_LONGEST: Final = 400
"""Characters of a line that are looked at."""
_INTRODUCES: Final = re.compile(
    r"(?:Am|Le|El|Il|On)\b.*\b(?:schrieb|a écrit|escribió|ha scritto|wrote)\b[^:]*:|.*\b(?:schrieb|a écrit|escribió"
    r"|ha scritto)\s?:"
)
""" "Am Mo., 23. Nov. 2026 um 10:00 schrieb Larkmoor <help@...>:", on one line or two."""
_DATED: Final = re.compile(r"@|\d[:.h]\d\d|\b20\d\d\b")
_HEADS: Final = {
    "From:": ("From", "Von", "De", "Da"),
    "Sent:": ("Sent", "Gesendet", "Envoyé", "Enviado", "Enviado el", "Inviato", "Datum", "Date", "Fecha", "Data"),
    "To:": ("To", "An", "À", "Para", "A"),
    "Subject:": ("Subject", "Betreff", "Objet", "Asunto", "Oggetto"),
}
"""How mail programs head what they quote, and what stands for it in English."""
_HEAD: Final = {
    word: english for english, words in _HEADS.items() for word in words for word in (f"{word}:", f"{word} :")
}
_SENT_FROM: Final = re.compile(
    r"(?:Von meinem .{1,40} gesendet|Gesendet (?:mit|von) .{1,60}|Envoyé (?:de|depuis) .{1,60}|Enviado desde .{1,60}"
    r"|Inviato da.{1,60})"
)


def new_in(text: str) -> str:
    """The words of whoever answered; "" when there are none. Linear in the length of `text`."""
    # The parser knows English introductions: those of other languages are put into that form, words and all.
    lines = text.replace("\r\n", "\n").split("\n")
    said: list[str] = []
    at = 0
    while at < len(lines):
        line, following = lines[at].strip(), lines[at + 1].strip() if at + 1 < len(lines) else ""
        both = f"{line} {following}"
        if _is_introduction(line):
            said.append(f"On {line.removeprefix('On ').rstrip(':')} wrote:")
        elif following and not _is_introduction(following) and _is_introduction(both):
            said.append(f"On {both.removeprefix('On ').rstrip(':')} wrote:")
            at += 1
        elif _SENT_FROM.fullmatch(line[:_LONGEST]):
            said.append("Sent from my phone")
        else:
            said.append(_head(lines, at))
        at += 1
    return str(EmailReplyParser.parse_reply("\n".join(said))).strip()


def _is_introduction(line: str) -> bool:
    if len(line) > _LONGEST or not line.endswith(":") or _INTRODUCES.fullmatch(line) is None:
        return False
    # Without a day and who it was it is a sentence of theirs: "Am Montag passt es. Meine Frau schrieb:".
    return _DATED.search(line) is not None


def _head(lines: list[str], at: int) -> str:
    """The line, in English if it is one of the heads of a quoted mail: they come together."""
    found = _english(lines[at])
    if found is None:
        return lines[at]
    beside = [_english(line) for line in lines[max(0, at - 3) : at + 4]]
    return found if len({each.partition(":")[0] for each in beside if each}) >= 3 else lines[at]


def _english(line: str) -> str | None:
    line = line.strip().replace("*", "")
    for word, english in _HEAD.items():
        if line.startswith(word):
            return f"{english}{line[len(word) :]}"
    return None
