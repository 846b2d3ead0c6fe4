"""Finds the machine a rider means among the catalogue's: "06 r6", "busa gen 3", "bandit 1200", "duke 390", "kawi klr".

A catalogue's name is a bag of tokens: "GSF1200S BANDIT" is gsf, 1200, s, bandit. What a rider says is looked for as a
stretch of words of which every one is in the bag, so that trade name, factory code and both together find it. The more
of the name is left unsaid, the less it scores; versions and factory codes count little. Digits have to be the
machine's own, and a number right beside a name that is neither in it nor a year speaks against it: a CBR600 is no
CBR1000. Slips of the finger are forgiven in letters alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.shops.forms import Form, alias_form, is_in_order, is_telling, name_form
from app.shops.machine_words import MAKES, NEVER, ORDINARY, TRIM
from app.shops.names import Names, Token, tokens
from app.shops.slips import Slips
from app.shops.spoken import Heard, Window, has_context, is_amount, names_by_number, touches
from app.shops.years import full_year, generation_beside, letter_year_beside, short_year, year_beside
from bot.ports import Mention, Model, YearRange

_LONGEST = 7
"""Tokens of one machine's name as it is said; "V-Strom 650 XT ABS" has five."""
_MARGIN = 0.05
"""Candidates this close to the best are asked about."""
_STRETCHES_REMEMBERED = 10_000
"""Stretches of words of which the forms that have them are remembered: "4x4" is said of hundreds of machines."""
_UNITS = frozenset(
    ("mm", "cm", "km", "miles", "mi", "hp", "kg", "lbs", "dollars", "bucks", "eur", "euro", "euros", "percent")
)
_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a model; `is_market_name` when the maker itself uses it elsewhere."""

    name: str
    model: Model
    is_market_name: bool = False
    years: YearRange | None = None
    """The model years it is said of; None for all."""


class Machines:
    """The machines of a catalogue by what riders call them. Immutable once built."""

    def __init__(
        self,
        models: Sequence[Model],
        aliases: Iterable[Alias] = (),
        generations: Mapping[tuple[str, str], Mapping[int, YearRange]] | None = None,
    ) -> None:
        """`generations` gives, by make and name, the years of each generation as riders count them."""
        self._generations = generations or {}
        forms = [name_form(model) for model in models]
        forms += [alias_form(each.model, each.name, each.years, is_market=each.is_market_name) for each in aliases]
        self._forms = [form for form in forms if form.counts]
        self._having: dict[str, int] = {}
        self._joined: dict[str, tuple[str, str]] = {}
        for place, form in enumerate(self._forms):
            for token in form.counts:
                self._having[token] = self._having.get(token, 0) | 1 << place
            for one, two in form.pairs:
                if one.isalpha() and two.isalpha():
                    self._joined.setdefault(one + two, (one, two))
        self._seen: dict[tuple[str, ...], tuple[Form, ...]] = {}
        makes = sorted({model.make for model in models})
        named = [(word, make) for make in makes for word in (make, *MAKES.get(make.lower(), ()))]
        self._makes: Names[str] = Names(named)
        words = {token for token in self._having if token.isalpha()}
        words |= {joined for joined, parts in self._joined.items() if min(len(part) for part in parts) > 1}
        words |= {token.key for word, _ in named for token in tokens(word)}
        self._slips = Slips(words - NEVER)

    def find(self, said: Sequence[Token], text: str, skip: frozenset[int] = frozenset()) -> list[Mention]:
        """The machines that `said`, the tokens of `text`, name in their order; `skip` are tokens of other things."""
        heard = self._heard(said, skip)
        if self._having.keys().isdisjoint([each.key for each in heard if each is not None]):
            return []  # so it is with most messages
        makes = self._makes_named(said, heard)
        windows = [each for each in self._windows(said, heard, text, makes) if not is_denied(said, each.first)]
        lone_year = next((year for token in said if token.is_number and (year := full_year(token)) is not None), None)
        mentions: list[Mention] = []
        for place, window in enumerate(windows):
            start = windows[place - 1].last if place else 0
            end = windows[place + 1].first if place + 1 < len(windows) else len(said)
            if end < len(said) and end - 1 > window.last and full_year(said[end - 1]) is not None:
                end -= 1  # the year right before the next name is that one's
            year = year_beside(said[start:end], text, window.first - start, window.last - start)
            if year is None and len(windows) == 1:
                year = lone_year
            mention = self._mention(window, said, text, makes, year)
            if not any(other.models == mention.models and mention.year is None for other in mentions):
                mentions.append(mention)
        return mentions

    def _heard(self, said: Sequence[Token], skip: frozenset[int]) -> list[Heard | None]:
        """The text's tokens as names have them: joined words apart, slips mended; None where no machine is meant."""
        heard: list[Heard | None] = []
        for at, token in enumerate(said):
            is_word = token.opens and token.closes
            key = _ROMAN.get(token.key, token.key)
            if at in skip or (is_word and key in NEVER):
                heard.append(None)
            elif key in self._having:
                heard.append(Heard(key, at))
            elif key in self._joined:
                heard += [Heard(part, at) for part in self._joined[key]]
            elif not is_word:
                heard.append(Heard(key, at))
            else:
                mended = self._slips.nearest(key)
                parts = (key,) if mended is None else self._joined.get(mended[0], (mended[0],))
                heard += [Heard(part, at, slips=0 if mended is None else mended[1]) for part in parts]
        return heard

    def _makes_named(self, said: Sequence[Token], heard: list[Heard | None]) -> dict[int, tuple[str, ...]]:
        """Makes, by the places of their tokens."""
        mended = {each.at: each.key for each in heard if each is not None and each.slips}
        if mended:
            said = [replace(token, key=mended.get(at, token.key)) for at, token in enumerate(said)]
        return {at: match.named for match in self._makes.spelt(said) for at in range(match.first, match.last)}

    def _windows(
        self, said: Sequence[Token], heard: list[Heard | None], text: str, makes: Mapping[int, tuple[str, ...]]
    ) -> list[Window]:
        found: list[Window] = []
        at = 0
        while at < len(heard):
            each = heard[at]
            may_begin = each is not None and each.key in self._having and said[each.at].opens
            window = self._longest_from(at, said, heard, text, makes) if may_begin else None
            if window is None:
                at += 1
                continue
            is_aside = bool(found) and window.first == found[-1].last and len(window.words) == len(window.keys)
            if not is_aside or window.is_whole:  # the "supermoto" of "wr250x supermoto" is no second machine
                found.append(window)
            while at < len(heard) and ((each := heard[at]) is None or each.at < window.last):
                at += 1
        return found

    def _longest_from(
        self,
        start: int,
        said: Sequence[Token],
        heard: list[Heard | None],
        text: str,
        makes: Mapping[int, tuple[str, ...]],
    ) -> Window | None:
        """The longest stretch from `start` that names a machine."""
        best: Window | None = None
        bits, stretch = -1, list[Heard]()
        for place, each in enumerate(heard[start:], start):
            if each is None or len(stretch) >= _LONGEST:
                break
            mask = self._having.get(each.key, 0)
            if each.at in makes and not (bits != -1 and bits & mask):
                if not stretch:
                    return None
                continue  # "bandit suzuki 1200": the make may stand anywhere
            if not bits & mask:
                break
            bits &= mask
            stretch.append(each)
            follows = heard[place + 1] if place + 1 < len(heard) else None
            if not said[each.at].closes or (follows is not None and follows.at == each.at):
                continue  # a word ends where it closes, and a joined one with its second half
            window = Window(stretch[0].at, each.at + 1, tuple(stretch), self._forms_of(bits, stretch))
            if window.forms and self._is_contradicted(window, said, text):
                best = None  # nor is a shorter stretch what was meant
            elif self._is_name(window, said, text, makes):
                best = window
        return best

    def _forms_of(self, bits: int, stretch: Sequence[Heard]) -> tuple[Form, ...]:
        """The forms behind `bits` that have every token as often as it was said, and short codes in their order."""
        keys = tuple(each.key for each in stretch)
        known = self._seen.get(keys)
        if known is not None:
            return known
        forms = []
        while bits:
            low = bits & -bits
            bits ^= low
            form = self._forms[low.bit_length() - 1]
            if is_in_order(form, keys):
                forms.append(form)
        if len(self._seen) >= _STRETCHES_REMEMBERED:
            self._seen.clear()
        self._seen[keys] = tuple(forms)
        return self._seen[keys]

    def _is_name(self, window: Window, said: Sequence[Token], text: str, makes: Mapping[int, tuple[str, ...]]) -> bool:
        """Whether the words are enough to be a machine's name, and not a turn of speech or a price."""
        words = window.words
        if not window.forms:
            return False
        if not words:
            number = window.keys[0]
            beside_make = window.first - 1 in makes or window.last in makes
            alone = window.is_alias and len(number) == 3 and not is_amount(said, window, text)
            return len(window.keys) == 1 and len(number) >= 3 and (beside_make or alone)
        if any(is_telling(word) for word in words):
            return True
        if window.is_whole and (len(window.keys) > 1 or words[0] not in ORDINARY):
            return True
        if names_by_number(window, said, text):
            return True
        long = [word for word in words if len(word) >= 3]
        if len(long) > 1 and window.has_pair and not all(word in TRIM for word in long):
            return True
        return any(word not in TRIM for word in long) and has_context(said, window, makes)

    def _is_contradicted(self, window: Window, said: Sequence[Token], text: str) -> bool:
        """Whether a number right beside the name is another machine's: "cbr 1100" where there is no such CBR."""
        has_number = len(window.words) < len(window.keys)
        after, before = window.last, window.first - 1
        if after < len(said) and said[after].is_number and touches(text, said[after - 1], said[after]):
            number = said[after]
            year = short_year(number, text)
            is_year = full_year(number) is not None or (
                year is not None and (has_number or any(year in form.model.years for form in window.forms))
            )
            is_unit = after + 1 < len(said) and said[after + 1].key in _UNITS
            is_count = len(number.key) == 1 and has_number
            if not (is_year or is_unit or is_count):
                return True
        if before >= 0 and said[before].is_number and touches(text, said[before], said[window.first]):
            number = said[before]
            is_other = len(number.key) >= 3 and full_year(number) is None and not has_number
            return not number.closes or is_other
        return False

    def _mention(
        self,
        window: Window,
        said: Sequence[Token],
        text: str,
        makes: Mapping[int, tuple[str, ...]],
        year: int | None,
    ) -> Mention:
        """Makes and years break ties between machines of one name; where they leave none, they are not heeded."""
        spoken_makes = {make for named in makes.values() for make in named}
        of_makes = tuple(form for form in window.forms if form.model.make in spoken_makes)
        if 0 < len(of_makes) < len(window.forms):
            window = replace(window, forms=of_makes)
        if year is None and any(form.model.make.lower() == "suzuki" for form in window.forms):
            year = letter_year_beside(said, window.first, window.last)
        candidates = window.ranked(year)
        candidates = [each for each in candidates if year is not None and year in each.model.years] or candidates
        best = max(each.score for each in candidates)
        candidates = [each for each in candidates if each.score >= best - _MARGIN]
        only = candidates[0] if len(candidates) == 1 else None
        generation = generation_beside(said, window.first, window.last)
        years = None
        if only is not None and generation is not None:
            years = self._generations.get((only.model.make, only.model.name), {}).get(generation)
        return Mention(
            models=tuple(each.model for each in candidates),
            year=year,
            years=years if year is None else None,
            scores=tuple(round(each.score, 2) for each in candidates),
            name=window.spoken_name(said, text),
            alias=only.alias if only is not None else None,
        )


def is_denied(said: Sequence[Token], first: int) -> bool:
    """Whether the name from token `first` is named to be left out: "not the r6s"."""
    before = [token.key for token in said[max(0, first - 2) : first]]
    return before[-1:] == ["not"] or (before[:1] == ["not"] and before[-1] in {"the", "a", "an", "my"})
