"""Model files: what was trained from a project, as data that many processes can share.

A model is a zip archive without compression: JSON documents, and numpy arrays that are mapped into memory from where
they lie. Each entry has its SHA-256 in `manifest.json`. There is no code in it and nothing that unpickles, so that
a file from elsewhere can be wrong but not dangerous. The same project gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

VERSION = 7
"""Of what the parts write. A file of another version is refused; the project is trained again."""

_FORMAT = "kickstand model"
_MARK = "KICKSTAND"
_MARK_TEXT = b"A model of a Kickstand bot. Inspect with any zip tool; load with `kickstand shell --model FILE`.\n"
_MANIFEST = "manifest.json"
_ALIGNMENT = 64
_LOCAL_HEADER = 30  # bytes before an entry's name and extra field
_PADDING_ID = 0xD935  # the extra field that other archivers use for alignment too


class ModelError(Exception):
    """This file cannot be used as a model."""


class ForeignModel(ModelError):
    """The file was not written by Kickstand."""


class DamagedModel(ModelError):
    """The file was written by Kickstand, but is not whole."""


class OtherVersion(ModelError):
    """The file was written by a version whose models this one does not read."""


class ModelWriter:
    """Where a trained part puts what it needs to be there again."""

    def __init__(self, archive: ZipFile, entries: dict[str, dict[str, Any]], prefix: str = "") -> None:
        self._archive = archive
        self._entries = entries
        self._prefix = prefix

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Keep an array of numbers or fixed-length text. Raises TypeError for Python objects."""
        if array.dtype.hasobject:
            raise TypeError(f"{name}: an array of Python objects is no data")
        plain = np.ascontiguousarray(array)
        self._add(name, plain.tobytes(), {"dtype": plain.dtype.str, "shape": list(array.shape)})

    def put_json(self, name: str, value: Any) -> None:
        """Keep a JSON value; dicts keep their order. Raises TypeError or ValueError for what is none."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        self._add(f"{name}.json", text.encode(), {})

    def part(self, prefix: str) -> ModelWriter:
        """A writer whose names all stand under `prefix`."""
        return ModelWriter(self._archive, self._entries, f"{self._prefix}{prefix}/")

    def _add(self, name: str, content: bytes, about: dict[str, Any]) -> None:
        name = self._prefix + name
        if name in self._entries:
            raise ValueError(f"{name} is in the model already")
        self._entries[name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), **about}
        _store(self._archive, name, content)


class ModelReader:
    """What a `ModelWriter` has put, by the same names."""

    def __init__(self, content: NDArray[np.uint8], entries: Mapping[str, _Entry], prefix: str = "") -> None:
        self._content = content
        self._entries = entries
        self._prefix = prefix

    def get(self, name: str) -> NDArray[Any]:
        """An array, mapped from the file and read-only. Raises DamagedModel if there is none."""
        entry = self._entry(name)
        try:
            kind = np.dtype(entry.about["dtype"])
            shape = tuple(int(length) for length in entry.about["shape"])
            if kind.hasobject or any(length < 0 for length in shape):
                raise ValueError("no array of numbers")
            array: NDArray[Any] = self._raw(entry).view(kind).reshape(shape)
            return array
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedModel(f"{self._prefix}{name} is no array ({error}); train the model again") from error

    def get_json(self, name: str) -> Any:
        """A JSON value. Raises DamagedModel if there is none."""
        try:
            return json.loads(self._raw(self._entry(f"{name}.json")).tobytes())
        except (ValueError, RecursionError) as error:
            raise DamagedModel(f"{self._prefix}{name}.json cannot be read; train the model again") from error

    def part(self, prefix: str) -> ModelReader:
        """A reader whose names all stand under `prefix`."""
        return ModelReader(self._content, self._entries, f"{self._prefix}{prefix}/")

    def _entry(self, name: str) -> _Entry:
        entry = self._entries.get(self._prefix + name)
        if entry is None:
            raise DamagedModel(f"{self._prefix}{name} is missing; train the model again")
        return entry

    def _raw(self, entry: _Entry) -> NDArray[np.uint8]:
        return self._content[entry.start : entry.start + entry.size]


class _Entry:
    """Where an entry's bytes lie in the file, and what the manifest says of them."""

    __slots__ = ("about", "size", "start")

    def __init__(self, start: int, size: int, about: Mapping[str, Any]) -> None:
        self.start = start
        self.size = size
        self.about = about


@contextmanager
def write_model(path: Path, project: str) -> Iterator[ModelWriter]:
    """A new model file in place of whatever was at `path`, once it is whole. `project` is the project's digest.

    Processes that have the old file open keep reading the old one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    entries: dict[str, dict[str, Any]] = {}
    try:
        with ZipFile(unfinished, "w", ZIP_STORED) as archive:
            _store(archive, _MARK, _MARK_TEXT)
            yield ModelWriter(archive, entries)
            manifest = {"format": _FORMAT, "version": VERSION, "project": project, "entries": entries}
            _store(archive, _MANIFEST, json.dumps(manifest, indent=1).encode())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def open_model(path: Path) -> tuple[ModelReader, str]:
    """(the model's content, the digest of its project), every byte of it checked.

    Raises ForeignModel, DamagedModel or OtherVersion, and OSError if there is no such file.
    """
    content: NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)
    if path.stat().st_size:
        content = np.memmap(path, dtype=np.uint8, mode="r").view(np.ndarray)
    start = content[: _LOCAL_HEADER + len(_MARK)].tobytes()
    if start[_LOCAL_HEADER:] != _MARK.encode():
        raise ForeignModel(_not_ours(path, start))
    try:
        with ZipFile(path) as archive:
            found = {info.filename: info for info in archive.infolist()}
            manifest = json.loads(archive.read(_MANIFEST))
        if manifest["format"] != _FORMAT:
            raise ValueError("the manifest is of something else")
        version = int(manifest["version"])
        if version != VERSION:
            raise OtherVersion(_other_version(path, version))
        entries = {name: _checked(content, found[name], about) for name, about in manifest["entries"].items()}
        return ModelReader(content, entries), str(manifest["project"])
    except (BadZipFile, KeyError, TypeError, ValueError, AttributeError, NotImplementedError, EOFError) as error:
        raise DamagedModel(
            f"{path} is damaged ({error}). Copy it again, or make it anew: kickstand train --out {path.name}"
        ) from error


def is_model(path: Path) -> bool:
    """Whether `path` is to be read as a model file; a folder is a project."""
    return path.is_file()


def _store(archive: ZipFile, name: str, content: bytes) -> None:
    """Append an entry whose content begins at a multiple of _ALIGNMENT, so that arrays can be used as they lie."""
    info = ZipInfo(name)  # of 1980: the same project gives the same bytes
    before = archive.start_dir + _LOCAL_HEADER + len(name.encode())
    if name != _MARK:  # which is recognised by standing right behind the first header
        padding = -(before + 4) % _ALIGNMENT
        info.extra = struct.pack("<HH", _PADDING_ID, padding) + bytes(padding)
    archive.writestr(info, content)


def _checked(content: NDArray[np.uint8], info: ZipInfo, about: Mapping[str, Any]) -> _Entry:
    """The entry, if its bytes are the ones that were written. Raises ValueError."""
    header = content[info.header_offset : info.header_offset + _LOCAL_HEADER].tobytes()
    if len(header) < _LOCAL_HEADER or info.compress_type != ZIP_STORED or info.flag_bits & 0x1:
        raise ValueError(f"{info.filename} is packed")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = info.header_offset + _LOCAL_HEADER + name_length + extra_length
    size = int(about["size"])
    if size != info.file_size:
        raise ValueError(f"{info.filename} has another length")
    if hashlib.sha256(content[start : start + size].data).hexdigest() != about["sha256"]:
        raise ValueError(f"the checksum of {info.filename} is wrong")
    return _Entry(start, size, about)


def _not_ours(path: Path, start: bytes) -> str:
    if start[:2] == b"\x1f\x8b":
        return (
            f"{path} is no Kickstand model. If it is one of Rasa's, train its project here instead: "
            "kickstand train --project DIR"
        )
    return f"{path} is no Kickstand model. Make one: kickstand train --project DIR --out {path.name}"


def _other_version(path: Path, version: int) -> str:
    if version > VERSION:
        return (
            f"{path} is of model version {version}; this Kickstand reads version {VERSION}. "
            "Update Kickstand, or train the project again with this one."
        )
    return (
        f"{path} is of the older model version {version}; this Kickstand reads version {VERSION}. "
        f"Train the project again: kickstand train --project DIR --out {path.name}"
    )
