from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bot
from bot.model import OtherVersion, open_model, write_model
from bot.nlu import training
from bot.nlu.classifier import LinearClassifier
from bot.nlu.lexicon import Lexicon
from bot.nlu.scope import Scope, separation
from bot.nlu.sentences import SentenceTable, sentence_table
from bot.nlu.words import name_words

EXAMPLES = [
    ("where is my parcel", "order_status"),
    ("has my order left yet", "order_status"),
    ("when does the package arrive", "order_status"),
    ("track order 12345", "order_status"),
    ("i want to send it back", "return_request"),
    ("how do i return the exhaust", "return_request"),
    ("can i give this back", "return_request"),
    ("returning a muffler", "return_request"),
    ("does it fit my bike", "fit_check"),
    ("will the can fit a 2019 mt07", "fit_check"),
    ("is it compatible with a z900", "fit_check"),
    ("does this pipe fit", "fit_check"),
]
ODD = ["", "   ", "👍", "a" * 4_000, "🏍" * 4_000, "\ud800\udfff x \ud800", "\0", "ß" * 50, "一二三", "word " * 800]


@pytest.fixture(scope="module")
def classifier() -> LinearClassifier:
    return LinearClassifier.train(EXAMPLES, 1, sentence_table())


def test_messages_in_other_words_are_understood(classifier: LinearClassifier) -> None:
    assert classifier.rank("my shipment is late")[0][0] == "order_status"
    assert classifier.rank("wher is my ordr")[0][0] == "order_status"
    assert classifier.rank("will it suit a kawasaki")[0][0] == "fit_check"


def test_without_the_table_intents_are_told_by_their_words() -> None:
    lexical = LinearClassifier.train(EXAMPLES, 1)
    assert not lexical.knows_meanings
    assert lexical.rank("where's my parcel")[0][0] == "order_status"


def test_the_same_seed_gives_the_same_model(tmp_path: Path, classifier: LinearClassifier) -> None:
    for number, each in enumerate((classifier, LinearClassifier.train(EXAMPLES, 1, sentence_table()))):
        with write_model(tmp_path / str(number), "") as writer:
            each.to_model(writer)
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()


def test_a_kept_model_ranks_as_the_trained_one(tmp_path: Path, classifier: LinearClassifier) -> None:
    with write_model(tmp_path / "intents", "") as writer:
        classifier.to_model(writer)
    kept = LinearClassifier.from_model(open_model(tmp_path / "intents")[0])
    for text in ("where is it", "send back", *ODD):
        assert kept.rank(text) == classifier.rank(text)


def test_a_model_made_with_another_table_is_refused(tmp_path: Path) -> None:
    other = SentenceTable(["where", "back"], np.ones((2, 8), np.int8), np.ones(2, np.float32), "other")
    with write_model(tmp_path / "intents", "") as writer:
        LinearClassifier.train(EXAMPLES, 1, other).to_model(writer)
    with pytest.raises(OtherVersion, match="train it again"):
        LinearClassifier.from_model(open_model(tmp_path / "intents")[0])


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:12]))
def test_odd_messages_have_a_ranking_like_all_others(classifier: LinearClassifier, text: str) -> None:
    ranking = classifier.rank(text)
    assert {intent for intent, _ in ranking} == set(classifier.intents)
    assert sum(share for _, share in ranking) == pytest.approx(1.0, abs=1e-4)


def test_odd_examples_are_learned_like_all_others() -> None:
    trained = LinearClassifier.train([*EXAMPLES, *((text, "odd") for text in ODD)], 1, sentence_table())
    assert trained.rank("where is my parcel")[0][0] == "order_status"


def test_what_looks_like_no_example_scores_lower(classifier: LinearClassifier) -> None:
    about = classifier.scores("where is my package").max()
    assert all(classifier.scores(text).max() < about for text in ("brmf klonk", "xqzt", "👍"))


def test_a_text_has_the_features_with_which_it_was_learned() -> None:
    texts = [text for text, _ in EXAMPLES] + ["can can CAN you can it??!", "in 12345 days or 123 days?", *ODD]
    lexicon, rows = Lexicon.learn(texts)
    for text, start, end in zip(texts * 2, [*rows.starts[:-1]] * 2, [*rows.starts[1:]] * 2, strict=True):
        columns, values = lexicon.vector(text)
        given = dict(zip((columns % len(lexicon)).tolist(), values.tolist(), strict=True))
        assert given == pytest.approx(dict(zip(rows.columns[start:end], rows.values[start:end], strict=True)), rel=1e-5)


def test_words_with_figures_that_no_example_has_are_not_remembered(classifier: LinearClassifier) -> None:
    for _ in range(2):
        classifier.rank("is plover at jo77@plover.example or k9x4 about the mt07")
    remembered = f"{vars(classifier._lexicon)}{vars(classifier._table)}"
    assert "plover" in remembered
    assert "jo77" not in remembered
    assert "k9x4" not in remembered


def test_one_intent_with_one_example_is_always_the_answer() -> None:
    ((intent, share),) = LinearClassifier.train([("hello", "greet")], 1).rank("anything")
    assert (intent, share) == ("greet", 1.0)


def test_an_intent_with_one_example_is_found_by_it() -> None:
    trained = LinearClassifier.train([*EXAMPLES, ("are you a robot", "bot_identity")], 1, sentence_table())
    assert trained.rank("are you a robot")[0][0] == "bot_identity"


def test_the_same_example_in_two_intents_is_a_toss_up() -> None:
    trained = LinearClassifier.train([*EXAMPLES, ("cheers", "thanks"), ("cheers", "goodbye")], 1)
    (first, one), (second, other), *_ = trained.rank("cheers")
    assert {first, second} == {"thanks", "goodbye"}
    assert one == pytest.approx(other, abs=0.1)


def test_a_thousand_intents_are_told_apart() -> None:
    things = [
        f"{first}{second}{third}" for first in "bcdfghklmn" for second in "aeiou" for third in "bcdfghklmnprstvwxzjq"
    ]
    trained = LinearClassifier.train([(f"about the {thing}", f"about_{thing}") for thing in things], 1)
    assert len(trained.intents) == 1_000
    assert trained.rank("tell me about the bab")[0][0] == "about_bab"


def test_intents_are_found_by_their_names() -> None:
    trained = LinearClassifier.train([*EXAMPLES, ("2000 kg", "towing_capacity"), ("red", "paint_colour")], 1)
    assert trained.rank("towing capacity please")[0][0] == "towing_capacity"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("card_arrival", "card arrival"),
        ("faq/where-is_it", "faq where is it"),
        ("OrderStatus", "order status"),
        ("pin2", "pin2"),
        ("__", ""),
    ],
)
def test_a_name_is_read_as_words(name: str, said: str) -> None:
    assert name_words(name) == said


def test_many_examples_are_learned_by_the_other_way_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_COMPARED", 10)
    for examples in (EXAMPLES * 1, [each for each in EXAMPLES if each[1] != "fit_check"]):
        trained = LinearClassifier.train(examples, 1, sentence_table())
        assert trained.rank("where is my package")[0][0] == "order_status"
        assert trained.rank("i would like to return it")[0][0] == "return_request"


def test_what_many_examples_taught_is_the_same_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(training, "MOST_COMPARED", 10)
    trained, again = (LinearClassifier.train(EXAMPLES, 1, sentence_table()) for _ in range(2))
    with write_model(tmp_path / "intents", "") as writer:
        trained.to_model(writer)
    read = LinearClassifier.from_model(open_model(tmp_path / "intents")[0])
    for text in ("where is my package", "will it fit", "zzz", ""):
        assert read.rank(text) == trained.rank(text) == again.rank(text)


def test_texts_that_mean_the_same_have_vectors_close_together() -> None:
    table = sentence_table()
    assert table is not None
    late, same, other = table.vectors(["where is my parcel", "when does the package arrive", "paint it red"])
    assert late @ same > late @ other
    assert float(late @ late) == pytest.approx(1.0, abs=1e-5)
    assert not table.vector("").any()


def test_a_line_drawn_with_both_kinds_parts_them() -> None:
    inside, outside = np.array([0.9, 0.8, 0.7, 0.2], np.float32), np.array([0.3, 0.1], np.float32)
    scope = Scope.between(inside, np.array([True, True, True, False]), outside)
    assert 0.3 < scope.threshold < 0.7
    assert scope.probability(0.9) > 0.5 > scope.probability(0.0)


def test_a_line_is_drawn_where_most_messages_are_judged_rightly() -> None:
    inside, outside = np.array([0.9, 0.5, 0.4, 0.3], np.float32), np.array([0.6, 0.2], np.float32)
    # Below 0.3 lets one message out of scope pass; any line above it refuses more in scope than it finds out of it.
    assert Scope.between(inside, np.ones(4, np.bool_), outside).threshold == pytest.approx(0.25)


def test_a_line_drawn_without_examples_out_of_scope_lets_few_go() -> None:
    inside = np.linspace(0.0, 1.0, 1_000, dtype=np.float32)
    scope = Scope.below(inside)
    assert 0.0 < (inside < scope.threshold).mean() < 0.05
    assert scope.probability(scope.threshold) == pytest.approx(0.5)


def test_separation_is_one_where_all_in_scope_score_higher_and_a_half_where_chance_decides() -> None:
    assert separation(np.array([2.0, 3.0], np.float32), np.array([0.0, 1.0], np.float32)) == 1.0
    assert separation(np.array([1.0, 1.0], np.float32), np.array([1.0], np.float32)) == 0.5


def test_a_process_that_classifies_imports_nothing_that_only_training_needs(tmp_path: Path) -> None:
    with write_model(tmp_path / "intents", "") as writer:
        LinearClassifier.train(EXAMPLES, 1, sentence_table()).to_model(writer)
    program = (
        "import sys; from pathlib import Path; from bot.model import open_model; "
        "from bot.nlu.classifier import LinearClassifier; "
        "print(LinearClassifier.from_model(open_model(Path(sys.argv[1]))[0]).rank('where is my parcel')[0][0]); "
        "print(*sorted({name.split('.')[0] for name in sys.modules} & {'scipy', 'sklearn', 'pydantic', 'yaml'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "intents")], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["order_status", ""]


def test_the_front_door_knows_the_home_of_each_name() -> None:
    assert sorted(bot._HOMES) == sorted(bot.__all__)
    for name in bot.__all__:
        assert getattr(bot, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        bot.nothing_of_this_name  # noqa: B018
