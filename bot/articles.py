"""Articles of a project, `articles/*.md`: what a shop has written down once, to answer from and to link to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from bot.problems import Findings

FOLDER: Final = "articles"
LARGEST_FILE: Final = 1_000_000
"""Bytes."""
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)([^\n]+?)(?<=\S)\1")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of an article under one heading."""

    title: str
    """Of the article."""
    heading: str
    """"" before the first one."""
    text: str
    """As plain text; paragraphs stand apart by an empty line."""
    file: str
    link: str | None = None
    """Where the article can be read in full."""


def read_articles(project: Path, findings: Findings) -> Iterator[tuple[bytes, tuple[Passage, ...]]]:
    """(content of the file, its passages) of each article under `project`, in the order of their names.

    Front matter is optional and has `title`, `link` and `draft: true` for what nobody is to be told yet; without a
    title the first heading is it, or the name of the file. What is wrong is told to `findings`.
    """
    folder = project / FOLDER
    for file in sorted(folder.rglob("*.md")) if folder.is_dir() else ():
        name = file.relative_to(project).as_posix()
        content = file.read_bytes()
        if len(content) > LARGEST_FILE:
            findings.error(name, 1, f"the article is larger than {LARGEST_FILE // 1_000_000} MB; split it")
            continue
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            findings.error(name, 1, "the article is not UTF-8; save it as UTF-8")
            continue
        yield content, tuple(_passages(text.replace("\r\n", "\n"), name, findings))


def _passages(text: str, file: str, findings: Findings) -> Iterator[Passage]:
    front = _FRONT.match(text)
    about = _front_matter(front[1], file, findings) if front else {}
    if about.get("draft") is True:
        return
    body = _COMMENT.sub("", text[front.end() :] if front else text)
    headings = list(_HEADING.finditer(body))
    first = headings[0] if headings else None
    opens = first is not None and not body[: first.start()].strip()
    title = str(about.get("title") or (first[2] if first is not None and opens else _spoken(file)))
    link = _link(about.get("link"), file, findings)
    starts = [0, *(each.end() for each in headings)]
    ends = [*(each.start() for each in headings), len(body)]
    names = ["", *(each[2] for each in headings)]
    for start, end, name in zip(starts, ends, names, strict=True):
        plain = _plain(body[start:end])
        if plain:
            yield Passage(title, "" if name == title else _plain(name), plain, file, link)


def _front_matter(text: str, file: str, findings: Findings) -> dict[str, Any]:
    try:
        about = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        findings.error(file, (mark.line if mark else 0) + 2, "the front matter is no YAML; write `title: ...`")
        return {}
    if about is not None and not isinstance(about, dict):
        findings.error(file, 2, "the front matter needs lines such as `title: ...`")
        return {}
    return about or {}


def _link(given: Any, file: str, findings: Findings) -> str | None:
    if given is None:
        return None
    if urlsplit(str(given)).scheme not in ("http", "https"):
        findings.error(file, 2, f"the link {given!r} needs to start with https://")
        return None
    return str(given)


def _spoken(file: str) -> str:
    return Path(file).stem.replace("-", " ").replace("_", " ").capitalize()


def _plain(text: str) -> str:
    text = _LINK.sub(r"\1 (\2)", _IMAGE.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", _EMPHASIS.sub(r"\2", text)).strip()
