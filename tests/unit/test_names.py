"""Names in what riders type: spelling is forgiven, digits are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.shops.names import Names, tokens

MODELS = (
    "MT-07",
    "MT-09",
    "YZF-R6",
    "YZF-R6S",
    "CB500F",
    "Z900RS",
    "Ténéré 700",
    "Tracer 900",
    "CBR600RR",
    "CBR1000RR",
)
NAMES: Names[str] = Names([(name, name) for name in MODELS])


def found(text: str) -> list[str]:
    return [name for match in NAMES.find(tokens(text)) for name in match.named]


@given(name=st.sampled_from(MODELS), joint=st.sampled_from(["", " ", "-", " - ", "/"]), loud=st.booleans())
def test_any_spacing_and_case_of_a_name_is_the_name(name: str, joint: str, loud: bool) -> None:
    spelt = joint.join(token.key for token in tokens(name))
    assert found(f"for my {spelt.upper() if loud else spelt}, please") == [name]


@given(name=st.sampled_from(MODELS), number=st.integers(0, 2000))
def test_other_digits_are_never_this_machine(name: str, number: int) -> None:
    head, digits = next((t.key, u.key) for t, u in zip(tokens(name), tokens(name)[1:], strict=False) if u.is_number)
    others = {token.key for model in MODELS for token in tokens(model) if token.is_number}
    if str(number) not in others | {digits}:
        assert found(f"{head} {number}") == []


@given(text=st.text(max_size=80))
def test_any_text_is_read_and_positions_stay_inside_it(text: str) -> None:
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text.lower())
    found(text)


def test_the_longest_name_wins_and_parts_of_words_are_no_names() -> None:
    assert found("z900rs") == ["Z900RS"]
    assert found("yzf r6s") == ["YZF-R6S"]
    assert found("amt07 mt070 mt07x") == []


def test_one_slip_in_a_long_name_is_forgiven() -> None:
    assert found("tenerre 700") == ["Ténéré 700"]
    assert found("tracre 900") == ["Tracer 900"]
    assert found("trader 800") == []
