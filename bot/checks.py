"""Finds what a project says wrongly although every file reads well: unknown names, contradictions."""

from __future__ import annotations

from bot import names
from bot.config import Config, PolicySettings
from bot.domain import Domain
from bot.events import Event
from bot.examples import Example
from bot.forms import questions
from bot.loader import Project
from bot.policies.completeness import Gap, dead_ends, gaps
from bot.policies.memoization import Conflict
from bot.policies.training import Contradiction
from bot.problems import Findings
from bot.sequences import Sequence


def check_project(project: Project, findings: Findings) -> None:
    """Tell `findings` of names that rules, stories, forms and examples use but the domain lacks."""
    domain = project.domain
    for sequence in project.sequences:
        _check_sequence(sequence, project, findings)
    _check_examples(project, findings)
    _check_forms(domain, findings)
    policies = {policy.name: policy for policy in project.config.policies}
    rules = policies.get("RulePolicy")
    if rules is None:
        needy = [sequence for sequence in project.sequences if sequence.is_rule]
        if needy or domain.forms:
            what = f"rules ({needy[0].file}:{needy[0].line})" if needy else "forms"
            findings.error(project.config.file, 1, f"the project has {what} but its policies lack RulePolicy")
    elif rules.has_fallback and rules.fallback_action not in domain.actions:
        findings.error(
            project.config.file, rules.line, f"the fallback action {rules.fallback_action!r} is not in the domain"
        )
    if rules is not None and rules.checks_contradictions:
        for gap in gaps(project.sequences, domain):
            findings.error(gap.sequence.file, gap.sequence.line, _told(gap))
    for sequence in project.sequences:
        if sequence.is_rule and rules is not None:
            _check_messages(sequence, rules, findings)
    if rules is not None:
        for end in dead_ends(project.sequences, domain):
            told = (
                f"the rule {end.sequence.name!r} does not wait after {end.action!r}, but nothing says what comes next"
            )
            told += ": unless the action asks for another one, the fallback answers"
            findings.warning(end.sequence.file, end.sequence.line, told)


def _check_examples(project: Project, findings: Findings) -> None:
    known = {*project.domain.intents, *project.domain.retrieval_intents}
    told: set[str] = set()
    for example in project.training.examples:
        name = example.intent
        if name not in known and names.base_intent(name) not in known and name not in told:
            told.add(name)
            findings.warning(example.file, example.line, f"the intent {name!r} has examples but is not in the domain")
    first: dict[str, Example] = {}
    for example in project.training.examples:
        other = first.setdefault(example.text.casefold(), example)
        if other.intent != example.intent:
            where = f"{other.intent!r} ({other.file}:{other.line}) and of {example.intent!r}"
            findings.warning(example.file, example.line, f"{example.text!r} is an example of {where}: keep one")


def _check_forms(domain: Domain, findings: Findings) -> None:
    for form in domain.forms.values():
        for slot in form.required:
            if slot not in domain.slots:
                findings.warning(form.file, form.line, f"the form {form.name!r} asks for {slot!r}, which is not a slot")
            elif domain.actions.isdisjoint(questions(form.name, slot)):
                told = f"has no question for {slot!r}: add the response utter_ask_{slot}"
                findings.warning(form.file, form.line, f"the form {form.name!r} {told}")


def _check_messages(rule: Sequence, settings: PolicySettings, findings: Findings) -> None:
    said = [event for event in rule.events if event["event"] == "user"]
    if len(said) > 1:
        add = findings.error if settings.restricts_rules else findings.warning
        add(rule.file, rule.line, f"the rule {rule.name!r} has more than one visitor message; make it a story")
    for event in said:
        if _intent(event) is None:
            told = f"answers only the very words {event['text']!r}, and no other ones that mean the same"
            findings.warning(rule.file, rule.line, f"the rule {rule.name!r} {told}")


def disagreement(found: Contradiction | Conflict, config: Config, findings: Findings) -> None:
    """Tell `findings` where rules and stories do not go together: an error, unless `config` lets it pass."""
    if isinstance(found, Conflict):
        other = found.other
        findings.warning(
            found.sequence.file,
            found.sequence.line,
            f"the story {found.sequence.name!r} goes on with {found.said!r} where the story {other.name!r} "
            f"({other.file}:{other.line}) goes on with {found.other_said!r}; neither is followed there",
        )
        return
    kind = "rule" if found.sequence.is_rule else "story"
    refused = all(policy.checks_contradictions for policy in config.policies)
    (findings.error if refused else findings.warning)(
        found.sequence.file,
        found.sequence.line,
        f"the {kind} {found.sequence.name!r} goes on with {found.said!r}, where the rules say {found.predicted!r}",
    )


def _told(gap: Gap) -> str:
    missing = [f"`slot_was_set: {name}`" for name in gap.slots]
    missing += [f"`active_loop: {'null' if name == names.UNSET else name}`" for name in gap.loops]
    return (
        f"the rule {gap.sequence.name!r} is incomplete: after {gap.action!r} other rules have {' or '.join(missing)}; "
        "say here too what comes of it, or let the rule end there with `wait_for_user_input: false`"
    )


def _check_sequence(sequence: Sequence, project: Project, findings: Findings) -> None:
    domain = project.domain
    kind = "rule" if sequence.is_rule else "story"
    told: set[str] = set()

    def tell(problem: str, *, warn: bool = False) -> None:
        if problem not in told:
            told.add(problem)
            add = findings.warning if warn else findings.error
            add(sequence.file, sequence.line, f"the {kind} {sequence.name!r} names {problem}")

    for event in sequence.events:
        name = event.get("name")
        if event["event"] == "action" and name and name not in domain.actions:
            tell(f"the action {name!r}, which is not in the domain")
        elif name == names.ANSWER_FROM_ARTICLES and not project.passages:
            tell(f"the action {name!r}, but the project has no articles: write some as articles/*.md", warn=True)
        elif event["event"] == "slot" and name not in domain.slots:
            tell(f"the slot {name!r}, which is not in the domain")
        elif event["event"] == "slot" and name is not None and _is_idle(event, domain):
            tell(f"the slot {name!r}, which does not influence the conversation: it makes no difference", warn=True)
        elif event["event"] == "active_loop" and name not in _loops(project):
            tell(f"the form {name!r}, which is not in the domain")
        elif event["event"] == "user":
            intent = _intent(event)
            if intent is not None and names.base_intent(intent) not in domain.intents:
                tell(f"the intent {intent!r}, which is not in the domain", warn=True)


def _is_idle(event: Event, domain: Domain) -> bool:
    """Whether a step tells of a slot that policies never see. That a finished form asks for nothing is often told."""
    ends_form = event["name"] == names.REQUESTED_SLOT and event["value"] in (None, names.UNSET)
    return not (domain.slots[event["name"]].influences or event.get("implied") or ends_form)


def _intent(event: Event) -> str | None:
    name: str | None = event["parse_data"]["intent"]["name"]
    return name


def _loops(project: Project) -> set[str | None]:
    return {*project.domain.forms, names.TWO_STAGE_FALLBACK, names.UNSET, None}
