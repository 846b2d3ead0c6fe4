"""Reads a Rasa 3 project folder: domain, training data, rules, stories and configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.articles import Passage, read_articles
from bot.config import Config, read_config
from bot.documents import Table, read
from bot.domain import Domain
from bot.domainfile import DomainReader
from bot.examples import ExampleReader, TrainingData
from bot.model import DamagedModel, ModelReader, ModelWriter
from bot.problems import Findings
from bot.sequences import Sequence
from bot.stories import StoryReader
from bot.translations import read_translations, translation_files


@dataclass(frozen=True, slots=True)
class Project:
    """A bot project as read, before anything is trained."""

    path: Path
    domain: Domain
    training: TrainingData
    sequences: tuple[Sequence, ...]
    """Rules and stories, in the order of the files."""
    config: Config
    digest: str
    """SHA-256 over every file that was read."""
    passages: tuple[Passage, ...] = ()
    """Of the project's articles."""

    def taught(self) -> str:
        """SHA-256 over all that understanding is trained on: an edited rule or response leaves it as it is."""
        settings = (self.config.understanding, self.config.language)
        return hashlib.sha256(repr((self.training, dict(self.domain.entities), settings)).encode()).hexdigest()

    def to_model(self, writer: ModelWriter) -> None:
        """Keep what a bot needs to talk: the domain and the configuration, not the examples and stories."""
        writer.put_json("domain", _DOMAIN.dump_python(self.domain, mode="json"))
        writer.put_json("config", _CONFIG.dump_python(self.config, mode="json"))
        writer.put_json("passages", _PASSAGES.dump_python(self.passages, mode="json"))

    @classmethod
    def from_model(cls, reader: ModelReader, path: Path, digest: str) -> Project:
        """The project as `to_model` has kept it; training data and sequences are empty. Raises ModelError."""
        try:
            domain = _DOMAIN.validate_python(reader.get_json("domain"))
            config = _CONFIG.validate_python(reader.get_json("config"))
            passages = _PASSAGES.validate_python(reader.get_json("passages"))
        except ValidationError as error:
            raise DamagedModel(f"{path}: the project in it cannot be read; train the model again") from error
        return cls(path, domain, TrainingData(), (), config, digest, passages)


_DOMAIN = TypeAdapter(Domain)
_CONFIG = TypeAdapter(Config)
_PASSAGES = TypeAdapter(tuple[Passage, ...])


def read_project(path: Path, findings: Findings, config: Path | None = None) -> Project:
    """Read everything under `path`, telling `findings` all that is wrong; what is broken is left out.

    `config` names another configuration than the project's `config.yml`.
    """
    digest = hashlib.sha256()

    def tables(*files: Path) -> Iterator[Table]:
        for file in files:
            name = file.relative_to(path).as_posix() if file.is_relative_to(path) else file.name
            table = read(file, name, findings)
            if table is not None:
                digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
                yield table

    if not path.is_dir():
        findings.error(str(path), 1, "there is no such project folder")
    domain_files = [*_yaml_files(path / "domain"), *(f for f in _either(path, "domain") if f.is_file())]
    if path.is_dir() and not domain_files:
        findings.error("domain.yml", 1, "the project has no domain: add domain.yml or a folder named domain")
    domain_reader = DomainReader(findings)
    for table in tables(*domain_files):
        domain_reader.add(table)
    data = list(tables(*_yaml_files(path / "data")))
    for table in data:
        if "responses" in table:  # answers of retrieval intents often stand beside their examples
            domain_reader.add_responses(table)
    domain = domain_reader.domain()
    translated = read_translations(tables(*translation_files(path)), domain, findings)
    domain = replace(domain, translations=translated)

    examples = ExampleReader(findings)
    stories = StoryReader(domain, findings)
    for table in data:
        for key, kind in (("nlu", ""), ("rules", "rule"), ("stories", "story")):
            if table.get(key) is None:
                continue
            if key == "nlu":
                examples.add(table[key], table.file, table.line_of(key))
            else:
                stories.add(table[key], kind, table.file, table.line_of(key))
    config_file = config or next((f for f in _either(path, "config") if f.is_file()), None)
    config_table = next(tables(config_file), None) if config_file else None
    settings = read_config(config_table or Table("config.yml", 1), findings)
    passages: list[Passage] = []
    for content, found in read_articles(path, findings):
        digest.update(content)
        passages += found
    told = tuple(stories.sequences())
    return Project(path, domain, examples.data, told, settings, digest.hexdigest(), tuple(passages))


def _either(path: Path, name: str) -> tuple[Path, Path]:
    return path / f"{name}.yml", path / f"{name}.yaml"


def _yaml_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.rglob("*.y*ml") if file.suffix in (".yml", ".yaml") and file.is_file())
