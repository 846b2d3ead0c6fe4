"""YAML files by the 1.2 rules, with the line of every key and item kept for error messages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from bot.problems import Findings

LARGEST_FILE = 20_000_000
"""Bytes. A hundred thousand examples fit in half of it."""
MOST_NODES = 2_000_000
"""Values in one file after aliases are followed: a few lines of nested aliases can stand for billions."""
DEEPEST = 60
LONGEST_NUMBER = 300

_BaseLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BaseLoader):  # type: ignore[misc]
    """The safe loader, with YAML 1.2's idea of plain scalars: `yes`, `no` and `on` are words."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute


_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
}


_BRACKET = re.compile(r"[\[\]{}]")
_INDENT = re.compile(r"^[ \t?:-]*", re.MULTILINE)
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map")}


class Table(dict[str, Any]):
    """A YAML mapping that knows its lines."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of `key`, or of the mapping where the key is missing."""
        return self.lines.get(key, self.line)


class Rows(list[Any]):
    """A YAML sequence that knows its lines."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: list[int] = []


def read(path: Path, name: str, findings: Findings) -> Table | None:
    """The mapping in the YAML file `path`, or None after telling `findings` why there is none.

    `name` is how messages call the file. Aliases are followed; duplicate keys, tags that would build
    Python objects, and files that unfold beyond reason are refused.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            findings.error(name, 1, f"the file is larger than {LARGEST_FILE // 1_000_000} MB; split it")
            return None
        text = path.read_text(encoding="utf-8-sig")
        deep = _too_deep(text)
        if deep is not None:
            findings.error(name, deep, f"the file is nested more than {DEEPEST} levels deep")
            return None
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        findings.error(name, 1, f"the file is not UTF-8 text (byte {error.start})")
    except OSError as error:
        findings.error(name, 1, f"the file could not be read: {error.strerror}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        findings.error(name, line, f"broken YAML: {error.problem or error.context or 'syntax error'}")
    except yaml.YAMLError as error:
        findings.error(name, 1, f"broken YAML: {str(error).splitlines()[0]}")
    except RecursionError:
        findings.error(name, 1, "the file is nested too deeply")
    else:
        return _document(node, name, findings)
    return None


def _document(node: Any, name: str, findings: Findings) -> Table | None:
    if node is None:
        return Table(name, 1)
    if not isinstance(node, yaml.MappingNode):
        findings.error(name, node.start_mark.line + 1, "expected `key: value` pairs at the top of the file")
        return None
    try:
        size = _size(node, {}, set(), 0)
    except _Unfoldable as error:
        findings.error(name, node.start_mark.line + 1, str(error))
        return None
    if size > MOST_NODES:
        findings.error(name, 1, f"the file unfolds to more than {MOST_NODES:,} values; use fewer aliases")
        return None
    value = _build(node, name, findings)
    return value if isinstance(value, Table) else None


def _too_deep(text: str) -> int | None:
    """The line in which values nest more than DEEPEST levels, if there is one.

    Asked before anything is built, as libyaml builds by recursion in C: too deep a file ends the process. Only where
    brackets and indents could nest so deeply are the parser's events counted.
    """
    depth = highest = 0
    for bracket in _BRACKET.findall(text):
        depth = max(0, depth + (1 if bracket in "[{" else -1))
        highest = max(highest, depth)
    indent = max(map(len, _INDENT.findall(text)), default=0)
    if highest + indent <= DEEPEST:
        return None
    depth = 0
    for event in yaml.parse(text, Loader=_BaseLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return event.start_mark.line + 1 if event.start_mark is not None else 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


class _Unfoldable(Exception):
    pass


def _size(node: yaml.Node, known: dict[int, int], path: set[int], depth: int) -> int:
    if depth > DEEPEST:
        raise _Unfoldable(f"the file is nested more than {DEEPEST} levels deep")
    if id(node) in path:
        raise _Unfoldable("an alias refers to the value it stands in")
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        path.add(id(node))
        parts = node.value
        if isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        known[id(node)] = 1 + sum(_size(part, known, path, depth + 1) for part in parts)
        path.discard(id(node))
    return known[id(node)]


def _build(node: yaml.Node, name: str, findings: Findings) -> Any:
    line = node.start_mark.line + 1
    if node.tag not in _PLAIN_TAGS:
        findings.error(name, line, f"the YAML tag {node.tag!r} is not allowed in a bot project")
        return None
    if isinstance(node, yaml.SequenceNode):
        rows = Rows(name, line)
        for item in node.value:
            rows.append(_build(item, name, findings))
            rows.lines.append(item.start_mark.line + 1)
        return rows
    if isinstance(node, yaml.MappingNode):
        table = Table(name, line)
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                findings.error(name, key_line, "a key must be a word or a text")
                continue
            key = key_node.value
            if key in table:
                findings.error(name, key_line, f"the key {key!r} stands here twice (first in line {table.lines[key]})")
                continue
            table[key] = _build(value_node, name, findings)
            table.lines[key] = key_line
        return table
    return _scalar(node) if isinstance(node, yaml.ScalarNode) else None


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style:  # quoted or a block: the author means text
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) < LONGEST_NUMBER and _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if len(text) < LONGEST_NUMBER and _FLOAT.fullmatch(text):
        return float(text)
    return text
