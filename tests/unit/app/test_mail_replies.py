"""What is new in an answered mail, in each language and from each kind of program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.replies import new_in

WHO = "Larkmoor <help@larkmoor.example>"
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado el", "Para", "Asunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
}


@pytest.mark.parametrize(
    "introduction",
    [
        f"On Mon, Nov 23, 2026 at 10:00 AM {WHO} wrote:",
        f"Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb {WHO}:",
        "Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Larkmoor <\nhelp@larkmoor.example>:",
        f"Le lun. 23 nov. 2026 à 10:00, {WHO} a écrit :",
        f"El lun, 23 nov 2026 a las 10:00, {WHO} escribió:",
        f"Il giorno lun 23 nov 2026 alle ore 10:00 {WHO} ha scritto:",
    ],
)
def test_who_wrote_what_is_quoted_goes_with_it(introduction: str) -> None:
    assert new_in(f"2019.\r\n\r\n{introduction}\r\n\r\n> Which year is it?\r\n> Maya\r\n") == "2019."
    assert new_in(f"{introduction}\n> Which year is it?\n2019.\n> Which bike?\nMT-07\n").endswith("2019.\nMT-07")


@pytest.mark.parametrize("language", OUTLOOK)
@pytest.mark.parametrize("colon", [":", " :"])
def test_a_mail_quoted_under_its_heads_is_left_out(language: str, colon: str) -> None:
    heads = "\n".join(f"{head}{colon} 23 Nov 2026" for head in OUTLOOK[language])
    assert new_in(f"2019.\n\n{heads}\n\nWhich year is it?\n") == "2019."


@pytest.mark.parametrize(
    "sent", ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone"]
)
def test_what_a_phone_puts_under_it_is_left_out(sent: str) -> None:
    assert new_in(f"2019.\n\n{sent}\n") == "2019."


@pytest.mark.parametrize(
    "words",
    [
        "Am Montag passt es. Meine Frau schrieb:\nbitte abends",
        "Von: Berlin\nich fahre morgen los",
        "Da: un mese il rumore c'è",
        "Le moteur chauffe :\nque faire ?",
    ],
)
def test_words_of_ones_own_that_look_like_it_stay(words: str) -> None:
    assert new_in(words) == words


@given(st.text(max_size=300) | st.text(alphabet="AmLe schrieb:\n>0123@On wrote", max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert len(new_in(text)) <= len(text) + 20 * (text.count("\n") + 1)
