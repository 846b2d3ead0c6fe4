"""The same request again in one conversation: not what it is about, but what is wanted of it, comes back."""

from collections.abc import Sequence

from handoff.models import Evidence, Reason
from handoff.triage.lexicon import Lexicon
from handoff.triage.memory import Heard, Memory
from handoff.triage.reading import Reading
from handoff.triage.request import Request, worth

_ENOUGH = 0.8
"""Points that are as clear as it takes."""
_NOTICED = 0.3
_ANSWERED = 0.5
"""What a shared word counts that the answer spoke of: the bot took it up."""
_LEFT_OUT = 0.3
"""What a word of the earlier message counts that this one leaves out: who asks again is shorter."""
_NEW, _NEW_IF_MARKED = 1.3, 0.6
"""What a word counts that the earlier message lacks; who says that this is not the first time may explain."""
_DOUBT = 0.4
"""One word in common is less than three."""
_FAR = 0.6
"""What likeness to a message long ago counts: who asks again seldom waits."""
_SAME_QUESTION = 0.5
_MUCH = 0.6
_WENT_PAST = 0.3


def asked_again(
    reading: Reading, earlier: Sequence[Heard], lexicon: Lexicon, memory: Memory
) -> tuple[float, list[Evidence]]:
    """A sum of the likeness to one earlier message, cues, and answers beside the point; 1.0 is as clear as it takes."""
    if not earlier or earlier[-1].by == "visitor":
        return 0.0, []
    requests, answers = _asked(earlier)
    if not requests:
        return 0.0, []
    now = memory.request(reading.raw)
    same_answer = _same_answer(answers)
    if now.words and not same_answer and all(map(now.words.isdisjoint, [before.words for before in requests])):
        return 0.0, []
    text = reading.text
    insists = lexicon.insists.search(reading) is not None
    cue = insists or lexicon.again.search(reading) is not None
    objects = lexicon.opening_no.match(text) is not None
    marked = cue or objects
    alike, which = _likest(now, requests, answers, memory, marked=marked)
    if same_answer and not (cue and alike > 0):
        same_answer = now.words <= frozenset[str]().union(*(before.words for before in requests))
    if alike <= 0 and not same_answer:
        return 0.0, []
    hint = max(0.45 * insists, 0.25 * marked) + 0.1 * (cue and objects)
    score = alike + min(1.0, 3 * alike) * hint
    if same_answer:
        score += 0.7
    before = requests[which]
    shared = now.words & before.words
    if which >= 0 and (marked or alike >= _MUCH or now.words <= before.words):
        # The answer speaks of none of what is asked again: it went past it.
        taken_up = memory.wanted(answers[which].answer)
        score += _WENT_PAST * sum(map(worth, shared - taken_up)) / max(1, len(shared))
    answer = memory.read(earlier[-1].answer)
    if asks(answer, lexicon):
        score -= 0.6
    elif not marked and lexicon.settles.match(answer.text) is not None:
        score -= 0.2
    if lexicon.takes.match(text) is not None and not (objects or " but " in text):
        score -= 0.6
    if lexicon.other.search(reading) is not None:
        score -= 0.4
    if score < _NOTICED:
        return 0.0, []
    if same_answer:
        why = "the bot gave the same answer twice"
    else:
        named = [word for word in reading.words if lexicon.wanted(word) in shared]
        why = f'asks again about: "{" ".join(dict.fromkeys(named))}"'
    return score / _ENOUGH, [Evidence(Reason.REPEAT, why)]


def asks(answer: Reading, lexicon: Lexicon) -> bool:
    """Whether the visitor was just asked for something: then words come again because they answer."""
    return answer.words[-1:] == ("?",) or lexicon.asks.whole.search(answer.text) is not None


def _asked(earlier: Sequence[Heard]) -> tuple[list[Request], list[Heard]]:
    """What the visitor asked for, and beside it the last answer to that; the question itself where there was none."""
    requests: list[Request] = []
    answers: list[Heard] = []
    for each in earlier:
        if each.by == "visitor":
            requests.append(each.request)
            answers.append(each)
        elif requests and each.by == "bot":
            answers[-1] = each
    return requests, answers


def _same_answer(answers: Sequence[Heard]) -> bool:
    *before, last = [each.small for each in answers]
    return last != "" and last in before


def _likest(
    now: Request, requests: Sequence[Request], answers: Sequence[Heard], memory: Memory, *, marked: bool
) -> tuple[float, int]:
    """How much the likest earlier message has in common with this one, 0 to 1, and which it is: of equals the first."""
    last = len(requests) - 1
    if not now.words:  # "but how do I get it out?"
        again = marked and now.kind == requests[last].kind != ""
        return (_SAME_QUESTION, last) if again else (0.0, -1)
    best, which = 0.0, -1
    for index in range(last, -1, -1):
        before = requests[index]
        words = before.words
        both = now.words & words
        if not both or now.differs_in_code(before):
            continue  # the same of another machine, or another year
        left_out = words - now.words
        different = (_NEW_IF_MARKED if marked else _NEW) * len(now.words - words) + _LEFT_OUT * sum(
            map(worth, left_out)
        )
        near = max(_FAR, 1 - 0.1 * (last - index))
        most = sum(map(worth, both))
        if most / (most + different + _DOUBT) * near < best:
            continue
        others = [each.words for each in requests if not (each.words <= words or words <= each.words)]
        answered = memory.wanted(answers[index].answer)
        shared = 0.0
        for word in both:
            # A word that comes in every message is what they talk about, not what is asked.
            told = 1 + sum(word in other for other in others)
            shared += worth(word) * (_ANSWERED if word in answered else 1.0) / told
        alike = shared / (shared + different + _DOUBT)
        if now.kind and before.kind and now.kind != before.kind:
            alike -= 0.25
        if len(now.words) <= 2 and not marked and any(later.words - words for later in requests[index + 1 :]):
            alike *= 0.75 if both.isdisjoint(answered) else 0.5  # "price?" may ask for the price of what came up since
        alike *= near
        if alike >= best and alike > 0:
            best, which = alike, index
    return best, which
