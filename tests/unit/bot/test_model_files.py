"""A trained bot is written to one file, and is the same bot when it is read from there."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import Assistant, DamagedModel, ForeignModel, ModelError, OtherVersion
from bot.model import VERSION, open_model, write_model
from tests.unit.bot.projects import Chat, a_project, texts, with_action

STORIES = """
stories:
- story: pipes and weather
  steps:
  - {intent: greet}
  - {action: utter_greet}
  - {intent: cancel}
  - {action: utter_cancelled}
  - {intent: inform, entities: [{size: large}]}
  - slot_was_set: [{size: large}]
  - {action: utter_chitchat}
"""
FAQ = """
nlu:
- intent: faq/returns
  examples: |
    - how do i send it back
    - return address please
- intent: faq/colours
  examples: |
    - which colours are there
    - is it black
- regex: size
  examples: |
    - \\bXXL\\b
- lookup: city
  examples: |
    - Lisbon
    - Turin
- synonym: large
  examples: |
    - XXL
"""
FAQ_DOMAIN = """
intents: [faq]
responses:
  utter_faq/returns: [{text: "To the address on the label."}]
  utter_faq/colours: [{text: "Black."}]
"""
CONFIG = """
pipeline:
- name: DIETClassifier
- name: RegexEntityExtractor
- name: EntitySynonymMapper
- name: ResponseSelector
- name: FallbackClassifier
  threshold: 0.3
policies:
- name: AugmentedMemoizationPolicy
  max_history: 4
- name: RulePolicy
"""
SAID = (
    "hello",
    "cancel that",
    "a large one",
    "i want to order a pipe",
    "how are you doing",
    "a large one",
    "XXL to Lisbon",
    "cancel that",
    "how do i send it back",
    "zzz",
    "let me talk to a person",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    more = {"data/stories.yml": STORIES, "data/faq.yml": FAQ, "domain/faq.yml": FAQ_DOMAIN, "config.yml": CONFIG}
    project = a_project(tmp_path / "project", more)
    (project / "domain.yml").rename(project / "domain" / "main.yml")
    return project


@pytest.fixture
def model(folder: Path, tmp_path: Path) -> Path:
    file = tmp_path / "bot.model"
    Assistant.load(folder, None).save(file)
    return file


async def test_a_bot_from_a_model_file_says_and_does_the_same(folder: Path, model: Path) -> None:
    trained, opened = Chat(Assistant.load(folder, None)), Chat(Assistant.load(model, None))
    for text in SAID:
        assert trained.assistant.parse(text) == opened.assistant.parse(text)
        one, other = await trained.says(text), await opened.says(text)
        assert texts(one) == texts(other)
        assert one.trace == other.trace
        assert one.wish == other.wish
    assert len({step.policy for turn in trained.turns for step in turn.trace.steps}) == 3


async def test_keyword_bots_are_kept_too(tmp_path: Path) -> None:
    config = "pipeline:\n- name: KeywordIntentClassifier\npolicies:\n- name: RulePolicy\n"
    folder, file = a_project(tmp_path / "project", {"config.yml": config}), tmp_path / "bot.model"
    Assistant.load(folder, None).save(file)
    assert texts(await Chat(Assistant.load(file, None)).says("well, hi there!")) == ["Hello."]


def test_the_same_project_gives_the_same_file(folder: Path, model: Path, tmp_path: Path) -> None:
    Assistant.load(folder, None).save(tmp_path / "again.model")
    assert (tmp_path / "again.model").read_bytes() == model.read_bytes()
    Assistant.load(model, None).save(tmp_path / "copied.model")
    assert (tmp_path / "copied.model").read_bytes() == model.read_bytes()


def test_a_model_names_the_project_it_was_made_of(folder: Path, model: Path) -> None:
    digest = Assistant.load(folder, None).project.digest
    assert open_model(model)[1] == Assistant.load(model, None).project.digest == digest


async def test_a_model_holds_no_code_and_runs_the_actions_it_is_shown(tmp_path: Path) -> None:
    code = """
class Weigh(Action):
    def name(self): return "action_weigh"
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="2.3 kg")
        return []
"""
    folder = a_project(tmp_path / "project", with_action("action_weigh", "greet"), actions=code)
    file = tmp_path / "bot.model"
    Assistant.load(folder, None).save(file)
    assert b"2.3 kg" not in file.read_bytes()
    with_code = Assistant.load(file, None, actions=folder)
    assert with_code.problems == ()
    assert texts(await Chat(with_code).says("hello")) == ["2.3 kg"]
    without = Assistant.load(file, None)
    assert "action_weigh" in without.problems[0].message
    turn = await Chat(without).says("hello")
    assert [failure.action for failure in turn.failures] == ["action_weigh"]


def test_arrays_are_mapped_from_the_file_and_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "arrays.model"
    numbers = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    with write_model(file, "digest") as writer:
        writer.part("deep").part("down").put("numbers", numbers)
        writer.put("none", np.zeros((0, 7), dtype=np.int64))
        writer.put_json("words", {"a": ["é", None, 1.5]})
    reader, digest = open_model(file)
    found = reader.part("deep").get("down/numbers")
    assert digest == "digest"
    assert np.array_equal(found, numbers)
    assert found.flags.aligned
    assert not found.flags.writeable
    assert not found.flags.owndata
    assert reader.get("none").shape == (0, 7)
    assert reader.get_json("words") == {"a": ["é", None, 1.5]}
    with pytest.raises(DamagedModel, match="missing"):
        reader.get("other")


def test_python_objects_are_not_written(tmp_path: Path) -> None:
    file = tmp_path / "objects.model"
    with pytest.raises(TypeError, match="no data"), write_model(file, "digest") as writer:
        writer.put("objects", np.array([object()]))
    assert list(tmp_path.iterdir()) == []


def test_what_was_learned_is_kept_while_only_rules_and_responses_change(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    Assistant.load(folder, None, cache=cache)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    domain = folder / "domain" / "main.yml"
    domain.write_text(domain.read_text().replace("Nice weather.", "Lovely weather."))
    changed = Assistant.load(folder, None, cache=cache)
    assert list(cache.iterdir()) == [kept]
    assert kept.stat().st_mtime_ns == written
    assert changed.domain.responses["utter_chitchat"][0].content["text"] == "Lovely weather."


def _zip(**entries: bytes) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def _rasa_model() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("metadata.json"))
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", b"PK\x03\x04", _zip(), _zip(weights=b"1"), b"\x80\x04\x95pickle"],
    ids=["empty", "text", "a start", "an empty zip", "another zip", "a pickle"],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.model"
    file.write_bytes(content)
    with pytest.raises(ForeignModel, match="Make one: kickstand train"):
        Assistant.load(file, None)


def test_a_model_of_rasa_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "20250101-120000.tar.gz"
    file.write_bytes(_rasa_model())
    with pytest.raises(ForeignModel, match="train its project here instead"):
        Assistant.load(file, None)


@pytest.mark.parametrize(("version", "advice"), [(VERSION + 1, "Update Kickstand"), (VERSION - 1, "Train the project")])
def test_another_version_is_refused(model: Path, version: int, advice: str) -> None:
    _rewrite(model, lambda manifest: manifest.update(version=version))
    with pytest.raises(OtherVersion, match=advice):
        Assistant.load(model, None)


def test_a_model_that_was_packed_again_is_refused(model: Path) -> None:
    _rewrite(model, lambda manifest: None, compression=ZIP_DEFLATED)
    with pytest.raises(DamagedModel, match="is packed"):
        Assistant.load(model, None)


def test_a_manifest_that_asks_for_objects_is_refused(model: Path) -> None:
    def ask(manifest: dict[str, dict[str, dict[str, str]]]) -> None:
        manifest["entries"]["understanding/intents/weights"]["dtype"] = "|O"

    _rewrite(model, ask)
    with pytest.raises(DamagedModel, match="no array"):
        Assistant.load(model, None)


def _rewrite(model: Path, change: object, *, compression: int = ZIP_STORED) -> None:
    with ZipFile(model) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries["manifest.json"])
    assert callable(change)
    change(manifest)
    entries["manifest.json"] = json.dumps(manifest).encode()
    with ZipFile(model, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data, ZIP_STORED if name == "KICKSTAND" else compression)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("damaged")
    Assistant.load(a_project(folder / "project"), None).save(folder / "bot.model")
    return folder / "changed.model", (folder / "bot.model").read_bytes()


@given(at=st.integers(0, 10**9), mask=st.integers(1, 255))
@settings(deadline=None)
def test_a_changed_byte_is_refused_or_makes_no_difference(whole: tuple[Path, bytes], at: int, mask: int) -> None:
    file, content = whole
    at %= len(content)
    file.write_bytes(content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :])
    try:
        opened = Assistant.load(file, None)
    except ModelError:
        return
    opened.save(file)  # names, times and padding of the archive do not count
    written = json.loads(ZipFile(file).read("manifest.json"))
    original = json.loads(ZipFile(io.BytesIO(content)).read("manifest.json"))
    assert written["entries"] == original["entries"]


@given(length=st.integers(0, 10**9))
@settings(deadline=None)
def test_a_file_that_was_cut_off_is_refused(whole: tuple[Path, bytes], length: int) -> None:
    file, content = whole
    file.write_bytes(content[: length % len(content)])
    with pytest.raises(ModelError):
        Assistant.load(file, None)
