"""Promises in what an agent writes, found while it is written: "I'll call you Tuesday before noon"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from handoff.promises.moments import DateOrder, moment_in

LONGEST = 4000
"""Characters that are read: as many as a message may have."""

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+(?=\S)[^.!?\n]*)*[.!?]*")
_ILL = re.compile(r"(?:(?<=^)|(?<=, )|(?<=and ))(i)ll(?= [a-z])")
_ADVERBS = (
    r"(?:(?:personally|also|then|gladly|definitely|certainly|happily|just|now|quickly|immediately|always|first) )*"
)
_DEEDS = (
    r"(?:call|phone|ring|text|e-?mail|mail|write|reply|answer|message|contact|reach out|get back|come back|follow up"
    r"|keep (?:you|an eye)|update|let (?:you|them) know|tell|inform|notify|report|confirm|be (?:in touch"
    r"|back|there|sending|calling)"
    r"|send|ship|rush|courier|post|forward|deliver|drop|bring|get (?:you|your|in touch|the|a|an|it|that|this|someone)"
    r"|have (?!to\b|a seat)|look into|look at|check|find out|ask|talk to|speak (?:to|with)|sort|fix|repair"
    r"|remake|rebuild|replace"
    r"|refund|credit|reimburse|waive|cover|book|schedule|arrange|organi[sz]e|reserve|hold|order"
    r"|set (?:\w+ )?up|make sure|see (?:to|that)"
    r"|take care|handle|pick|collect|prepare|pass|put|add|start|finish|investigate|chase|escalate|give you"
    r"|expedite|circle back|verify|do (?:it|that|this))"
)
_WILL = r"(?:'ll|will|shall|(?:'m|am|'re|are) going to)"
_BY_US = re.compile(rf"\b(?:i|we) ?{_WILL} {_ADVERBS}{_DEEDS}")
_NO_DEED = (
    r"(?:not|never|need|want|like|love|hate|miss|see|bet|guess|say|admit|be|remember|forget|know|think|assume|hope|feel"
    r"|enjoy|ride|wait|stay (?!on\b)|close|open|understand|agree|have|take (?:that|it|your)|go ahead)\b"
)
_PEOPLE = (
    r"(?:[a-z]+ ){0,2}(?:team|tech|technician|mechanic|fitter|welder|foreman|manager|colleague|engineer"
    r"|engineers|engineering|people|desk"
    r"|warehouse|workshop|support|boss|owner|driver)"
)
_WILL_DO = re.compile(
    rf"\b(?:(?:i|we) ?{_WILL}|(?:our|my) {_PEOPLE} (?:will|'ll)) {_ADVERBS}(?:try to )?(?!{_NO_DEED})[a-z]{{2,}}"
)
"""Any deed: only with a moment beside it."""
_DOING = re.compile(
    r"\b(?:i|we) ?(?:'m|am|'re|are) (?:calling|phoning|sending|shipping|writing|mailing|refunding|replacing|bringing)\b"
)
_FOR_US = re.compile(
    r"\b(?!he\b|she\b|they\b|it\b|you\b|that\b|this\b|which\b|who\b|carrier\b|ups\b|fedex\b|dhl\b|usps\b"
    r"|courier\b|driver\b)"
    r"[a-z]+ (?:will|'ll) "
    + _ADVERBS
    + (
        r"(?:(?:call|phone|ring|text|e-?mail|write|contact|visit|meet|reach|message|update) (?:to )?you\b"
        r"|get (?:back|in touch)|be in touch)"
    )
)
_GOODS = re.compile(
    r"\b(?:will|'ll) (?:be (?:with|at|there|ready|on its way|in the (?:post|mail)"
    r"|[a-z]+ed\b(?<!closed)(?<!tired)|sent|made|done)"
    r"|leave (?:us|our|the)|go out|ship|reach you|arrive at your)"
    r"|\b(?:ships|goes out|leaves (?:our|the) (?:dock|shop|warehouse))\b"
    r"|\bwill (?:hit|reach) your\b|\bconsider it done\b|, (?:shipped|sent|delivered|refunded|update|answer"
    r"|call) (?:by|before|tomorrow|today|tonight)\b"
)
_YOU_GET = re.compile(
    r"\byou ?(?:'ll|will) (?:(?:have|receive|see|get) (?!to\b|used\b)(?:it|them|your|the|a|an|my|our"
    r"|tracking|news|one)\b|hear (?:back )?from (?:me|us))"
)
_EXPECT = re.compile(
    r"\b(?:expect|count on) (?:my|our|a|an) .{0,30}?(?:call|e-?mail|answer|reply|message|word|parcel)\b"
)
_LET_ME = re.compile(rf"\blet (?:me|us) {_ADVERBS}(?!know\b|ask you\b|guess\b)[a-z]{{2,}}")
_AND_I_WILL = re.compile(rf"\bi can {_DEEDS}.{{0,80}}?\band i will\b")
_SOLEMN = re.compile(r"\b(?:i promise|my word|count on it|leave (?:it|this|that) with me|guarantee)\b")
_ONLY_OFFERED = re.compile(
    r"^\W*(?:if you (?:like|want|prefer|wish|need|would)|would you|do you want|shall|should|when would)\b"
    r"|\b(?:if you (?:like|want|prefer|wish)|would you like)\b"
)
_REPORTED = re.compile(r"\b(?:said|told|says|promised|mentioned|wrote|thought)\b(?! you have)")


@dataclass(frozen=True, slots=True)
class Found:
    """A promise in a text."""

    what: str
    """The sentence, as it was written."""
    due_at: datetime | None
    """By when, in aware UTC; None when no moment is named, and the agent is asked for one. May lie in the past."""
    start: int
    end: int
    """The character span of the sentence, end exclusive."""
    confidence: float
    """0 to 1; from 0.6 on the console offers it."""


def recognise(text: str, *, now: datetime, tz: tzinfo, date_order: DateOrder = "MDY") -> list[Found]:
    """The promises in the first 4,000 characters of `text`, in order. `tz`: the customer's time zone; English."""
    return list(_found(text[:LONGEST], now, tz, date_order))


def _found(text: str, now: datetime, tz: tzinfo, date_order: DateOrder) -> Iterator[Found]:
    for match in _SENTENCE.finditer(text):
        said = match[0].strip()
        if not said or said.endswith("?"):
            continue
        plain = _ILL.sub("\\1'll", " ".join(said.lower().replace("’", "'").split()))
        weight = _weight(plain)
        if weight == 0.0:
            continue
        due_at = moment_in(plain, now=now, tz=tz, date_order=date_order)
        confidence = weight + (0.3 if due_at is not None else 0.0) + (0.1 if _SOLEMN.search(plain) else 0.0)
        if confidence >= 0.6:
            start = match.start() + match[0].index(said)
            yield Found(said, due_at, start, start + len(said), round(min(confidence, 1.0), 2))


def _weight(plain: str) -> float:
    """How much the words commit us, before a moment is looked for: 0 not at all, 0.6 even without one."""
    if _ONLY_OFFERED.search(plain) or _REPORTED.search(plain):
        return 0.0
    if _BY_US.search(plain) or _AND_I_WILL.search(plain):
        return 0.6
    if _FOR_US.search(plain) or _EXPECT.search(plain):
        return 0.5
    if any(each.search(plain) for each in (_WILL_DO, _DOING, _LET_ME, _YOU_GET, _GOODS)):
        return 0.4
    return 0.0
