"""A project's responses in other languages: `translations/de.yml`, or several files in `translations/de/`.

A language is there as a whole or not at all: who reads half of the answers in another language is helped worse than
who is offered a person at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from bot.documents import Table
from bot.domain import Domain, Variation
from bot.domainfile import DomainReader
from bot.problems import Findings

Responses = Mapping[str, tuple[Variation, ...]]
"""By name."""
FOLDER = "translations"
_CODE = re.compile(r"[a-z]{2,3}")
_PLACE = re.compile(r"(?<!\{)\{([^\n{}]+)\}(?!\})")
_NAMED = 5
"""Missing responses that a message names."""


def language_of(locale: object) -> str | None:
    """The language of a BCP 47 tag, "de" of "de-AT"; None of what is none."""
    return locale.replace("_", "-").partition("-")[0].lower() if isinstance(locale, str) and locale else None


def read_translations(tables: Iterable[Table], domain: Domain, findings: Findings) -> Mapping[str, Responses]:
    """The responses by language and name. Tells `findings` of each that is missing, unknown, or offers something else
    than the domain's own.
    """
    readers: dict[str, DomainReader] = {}
    first: dict[str, str] = {}
    for table in tables:
        code = _code(table.file)
        if not _CODE.fullmatch(code):
            told = f"name the file or its folder by a language's code, like {FOLDER}/de.yml; {code!r} is none"
            findings.error(table.file, 1, told)
            continue
        reader = readers.setdefault(code, DomainReader(findings))
        first.setdefault(code, table.file)
        if "responses" in table:
            reader.add_responses(table)
            _compare(table, domain, findings)
    found = {code: reader.domain().responses for code, reader in readers.items()}
    for code, responses in found.items():
        missing = [name for name in domain.responses if name not in responses]
        if missing:
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            told = f"the translation lacks {', '.join(missing[:_NAMED])}{more}: visitors would read two languages"
            findings.error(first[code], 1, told)
    return found


def translation_files(path: Path) -> list[Path]:
    """The files of a project's translations, in order."""
    folder = path / FOLDER
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.rglob("*.y*ml") if file.suffix in (".yml", ".yaml") and file.is_file())


def _code(file: str) -> str:
    """ "de" of "translations/de.yml" and of "translations/de/orders.yml"."""
    parts = PurePosixPath(file).parts
    return PurePosixPath(parts[1] if len(parts) > 1 else parts[0]).stem


def _compare(table: Table, domain: Domain, findings: Findings) -> None:
    responses = table["responses"]
    if not isinstance(responses, Table):
        return
    for name, rows in responses.items():
        line = responses.lines[name]
        if name not in domain.responses:
            findings.error(table.file, line, f"the response {name!r} is not in the domain")
            continue
        given, own = rows if isinstance(rows, list) else [], domain.responses[name]
        if unknown := _payloads(given) - _payloads([each.content for each in own]):
            told = f"the response {name!r} has a button with {sorted(unknown)[0]!r}, which the domain's has not"
            findings.error(table.file, line, told)
        if unknown := _places(given) - _places([each.content for each in own]):
            told = f"the response {name!r} fills in {{{sorted(unknown)[0]}}}, which the domain's does not"
            findings.error(table.file, line, told)


def _payloads(variations: Iterable[Any]) -> set[str]:
    return {
        str(button.get("payload"))
        for each in variations
        if isinstance(each, Mapping)
        for button in each.get("buttons") or ()
        if isinstance(button, Mapping)
    }


def _places(variations: Iterable[Any]) -> set[str]:
    texts = (str(each.get("text") or "") if isinstance(each, Mapping) else str(each) for each in variations)
    return {name for text in texts for name in _PLACE.findall(text)}
