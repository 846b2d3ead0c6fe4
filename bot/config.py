"""Reads `config.yml`: which policies and which understanding a project asks for, and what runs instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot import names
from bot.documents import Rows, Table
from bot.nlu import clauses, language, pace
from bot.nlu.clauses import ClauseSettings, read_clauses
from bot.nlu.language import LanguageSettings, read_language
from bot.nlu.recognisers import settings as recognisers
from bot.nlu.recognisers.settings import RecogniserSettings, read_recognisers
from bot.problems import Findings

OUR_POLICIES = ("RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy", "TEDPolicy")
LEARNED_POLICIES = ("TEDPolicy", "UnexpecTEDIntentPolicy")
_PRIORITIES = {"RulePolicy": 4, "MemoizationPolicy": 3, "AugmentedMemoizationPolicy": 3, "TEDPolicy": 1}

CLASSIFIERS = ("DIETClassifier", "SklearnIntentClassifier", "LogisticRegressionClassifier", "MitieIntentClassifier")
"""Rasa's learned intent classifiers: our own runs in their place."""
TAGGERS = ("DIETClassifier", "CRFEntityExtractor", "MitieEntityExtractor")
"""Rasa's learned entity extractors: ours knows the annotated words of the examples."""
_COVERED = (
    *CLASSIFIERS,
    *TAGGERS,
    "KeywordIntentClassifier",
    "FallbackClassifier",
    "RegexEntityExtractor",
    "EntitySynonymMapper",
    "ResponseSelector",
    recognisers.NAME,
    recognisers.DUCKLING,
    clauses.NAME,
    language.NAME,
    pace.NAME,
    "FuzzyLookups",
    "ArticleSearch",
)
_DENSE_FEATURIZERS = ("LanguageModelFeaturizer", "ConveRTFeaturizer", "SpacyFeaturizer", "MitieFeaturizer")
_NEEDLESS = ("Tokenizer", "Featurizer", "NLP")
"""Endings of components that prepare text for others; ours prepares its own."""


@dataclass(frozen=True, slots=True)
class PolicySettings:
    name: str
    priority: int
    line: int
    max_history: int | None = None
    fallback_action: str = names.DEFAULT_FALLBACK
    fallback_threshold: float = 0.3
    has_fallback: bool = True
    restricts_rules: bool = True
    checks_contradictions: bool = True
    uses_nlu_confidence: bool = False


@dataclass(frozen=True, slots=True)
class UnderstandingSettings:
    keywords: bool = False
    """Intents by literal example texts, as KeywordIntentClassifier does, instead of the learned classifier."""
    keywords_match_case: bool = True
    patterns: bool = True
    """Whether regular expressions find entities."""
    tables: bool = True
    """Whether lookup tables find entities."""
    annotations: bool = True
    synonyms: bool = True
    counts_words: bool = False
    """Intents by counts of whole words alone: a LogisticRegressionClassifier that is given nothing else."""
    selectors: tuple[str, ...] | None = ()
    """Retrieval intents with a ResponseSelector of their own; none: one for all; None: there is no selector."""
    fallback_threshold: float | None = 0.3
    """Confidence below which the intent becomes nlu_fallback; None: never."""
    ambiguity_threshold: float = 0.1
    recognisers: tuple[RecogniserSettings, ...] = ()
    fuzzy: float | None = None
    """How alike a word must be to one of a lookup table's, from 0 to 1; None: the same."""
    language: LanguageSettings | None = None
    """None: nobody asks which language a message is in."""
    pace: bool = False
    """Whether hurry and doubt are told from how somebody writes."""
    clauses: ClauseSettings | None = None
    """None: a message has one matter."""
    article_threshold: float | None = None
    """Confidence from which on a passage of an article is an answer; None: what suits most."""

    @property
    def reads_plainly(self) -> bool:
        """Whether intents are told by what a text says: Unicode tricks undone, emoji by name. Rasa's do neither."""
        return not (self.keywords or self.counts_words)


@dataclass(frozen=True, slots=True)
class Config:
    policies: tuple[PolicySettings, ...]
    understanding: UnderstandingSettings
    file: str = "config.yml"
    language: str = "en"


def read_config(table: Table, findings: Findings) -> Config:
    """The settings of a project; what has no counterpart here is named in one warning."""
    left_out: list[str] = []
    policies = _policies(table, left_out, findings)
    understanding = _understanding(table, left_out, findings)
    if left_out:
        findings.warning(
            table.file,
            table.line_of("pipeline"),
            f"left out: {', '.join(dict.fromkeys(left_out))}; turns only they would answer end in the core fallback",
        )
    return Config(policies, understanding, table.file, str(table.get("language") or "en"))


def _components(table: Table, key: str, findings: Findings) -> list[Table] | None:
    value = table.get(key)
    if value is None:
        return None
    found = []
    if not isinstance(value, Rows):
        findings.error(table.file, table.line_of(key), f"`{key}` must be a list of `- name: ...`")
        return None
    for item, line in zip(value, value.lines, strict=True):
        if isinstance(item, str):
            entry = Table(table.file, line)
            entry["name"] = item
            found.append(entry)
        elif isinstance(item, Table) and isinstance(item.get("name"), str):
            found.append(item)
        else:
            findings.error(table.file, line, f"an entry of `{key}` needs a `name`")
    return found


def _policies(table: Table, left_out: list[str], findings: Findings) -> tuple[PolicySettings, ...]:
    entries = _components(table, "policies", findings)
    if not entries:
        left_out += LEARNED_POLICIES
        return (PolicySettings("MemoizationPolicy", 3, 1), PolicySettings("RulePolicy", 4, 1))
    found = []
    for entry in entries:
        name = entry["name"].rpartition(".")[2]
        if name not in OUR_POLICIES:
            left_out.append(name)
            continue
        found.append(
            PolicySettings(
                name=name,
                priority=int(entry.get("priority", _PRIORITIES[name])),
                line=entry.line,
                max_history=_whole(entry.get("max_history")),
                fallback_action=str(entry.get("core_fallback_action_name", names.DEFAULT_FALLBACK)),
                fallback_threshold=_share(entry, "core_fallback_threshold", 0.3, findings),
                has_fallback=entry.get("enable_fallback_prediction") is not False,
                restricts_rules=entry.get("restrict_rules") is not False,
                checks_contradictions=entry.get("check_for_contradictions") is not False,
                uses_nlu_confidence=entry.get("use_nlu_confidence_as_score") is True,
            )
        )
    return tuple(found)


def _understanding(table: Table, left_out: list[str], findings: Findings) -> UnderstandingSettings:
    entries = _components(table, "pipeline", findings)
    if not entries:
        return UnderstandingSettings()
    named = [(entry["name"].rpartition(".")[2], entry) for entry in entries]
    by_name = dict(named)
    left_out += [name for name in by_name if name not in _COVERED and not name.endswith(_NEEDLESS)]
    fallback = by_name.get("FallbackClassifier")
    keywords = by_name.get("KeywordIntentClassifier")
    regexes = by_name.get("RegexEntityExtractor")
    fuzzy = by_name.get("FuzzyLookups")
    detector = by_name.get(language.NAME)
    articles = by_name.get("ArticleSearch")
    return UnderstandingSettings(
        keywords=keywords is not None and not any(name in by_name for name in CLASSIFIERS),
        keywords_match_case=keywords is None or keywords.get("case_sensitive") is not False,
        patterns=regexes is not None and regexes.get("use_regexes") is not False,
        tables=regexes is not None and regexes.get("use_lookup_tables") is not False,
        annotations=any(name in by_name for name in TAGGERS),
        synonyms="EntitySynonymMapper" in by_name,
        counts_words="LogisticRegressionClassifier" in by_name and _counts_words(named),
        selectors=_selectors(named),
        fallback_threshold=None if fallback is None else _share(fallback, "threshold", 0.3, findings),
        ambiguity_threshold=0.1 if fallback is None else _share(fallback, "ambiguity_threshold", 0.1, findings),
        recognisers=tuple(
            read_recognisers(entry, findings)
            for name, entry in named
            if name in (recognisers.NAME, recognisers.DUCKLING)
        ),
        fuzzy=None if fuzzy is None else _share(fuzzy, "threshold", 0.85, findings),
        language=None if detector is None else read_language(detector, findings),
        pace=pace.NAME in by_name,
        clauses=read_clauses(by_name[clauses.NAME], findings) if clauses.NAME in by_name else None,
        article_threshold=_share(articles, "threshold", 0.3, findings)
        if articles and "threshold" in articles
        else None,
    )


def _counts_words(named: Iterable[tuple[str, Table]]) -> bool:
    """Whether whole words are counted and nothing looks inside them, so that unknown ones mean nothing."""
    counted = [entry.get("analyzer", "word") for name, entry in named if name == "CountVectorsFeaturizer"]
    dense = any(name in _DENSE_FEATURIZERS for name, _ in named)
    return bool(counted) and not dense and all(analyzer == "word" for analyzer in counted)


def _selectors(named: Iterable[tuple[str, Table]]) -> tuple[str, ...] | None:
    found = [entry.get("retrieval_intent") for name, entry in named if name == "ResponseSelector"]
    return tuple(str(intent) for intent in found if intent) if found else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _share(table: Table, key: str, default: float, findings: Findings) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        findings.error(table.file, table.line_of(key), f"`{key}` is a number from 0 to 1")
        return default
    return float(value)
