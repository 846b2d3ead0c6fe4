"""The words that dates are made of, in the languages whose dates are recognised."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl")
"""Whose words for dates are known."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DAYS: Final = _words(
    """
    today tonight tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday weekend noon midnight
    heute morgen gestern übermorgen vorgestern montag dienstag mittwoch donnerstag freitag samstag sonntag
    aujourd'hui demain hier lundi mardi mercredi jeudi vendredi samedi dimanche
    hoy mañana ayer lunes martes miércoles jueves viernes sábado domingo
    oggi domani ieri lunedì martedì mercoledì giovedì venerdì sabato domenica
    vandaag gisteren maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    january february april june july august september october november december
    januar februar märz juni juli oktober dezember
    janvier février avril juin juillet août septembre octobre novembre décembre
    enero febrero abril junio julio agosto septiembre octubre noviembre diciembre
    gennaio febbraio aprile giugno luglio settembre ottobre dicembre
    januari februari maart mei augustus
    """
)
"""Dates by themselves."""
UNITS: Final = _words(
    """
    minute minutes hour hours day days week weeks month months year years
    minuten stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren
    heure heures jour jours semaine semaines mois an ans
    minuto minutos hora horas día días semana semanas mes meses año años
    minuti ora ore giorno giorni settimana settimane mese mesi anno anni
    uur dag dagen weken maand maanden jaar
    """
)
UNCLEAR: Final = _words(
    """
    march may mai mars marzo maggio mayo jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    uhr morning afternoon evening night morgen clock
    """
)
"""Dates only beside a figure or another of a date's words."""
TURNS: Final = _words("ago in vor y hace fa geleden hence from dans over")
"""What makes a length of time ("three days") a date."""
NEXT: Final = _words("this next last coming past nächste nächsten letzte letzten prochain prochaine dernier")
PAST: Final = _words("last since past letzten letzte seit dernier depuis pasado desde scorso vorige sinds")
HAPPENED: Final = _words(
    """
    was were arrived ordered bought came got sent dropped promised had did went paid died broke received happened said
    called wrote returned shipped delivered supposed hasnt hasn't havent haven't didnt didn't wasnt wasn't
    war waren kam kamen bestellt gekauft geliefert bekommen geschickt versprochen bezahlt ging
    """
)
"""Words that speak of what was, as far as one can tell them apart."""
COMES: Final = _words("be will can could shall should would may might please wird werden kann bitte")
"""Words that make these speak of what is to come: "can it be delivered on monday"."""
FIGURES: Final = {
    word: str(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
LINKS: Final = _words(
    """
    at on of the this next last coming past o clock after before am um der den dem letzten letzte nächsten nächste
    diese diesen à le la de du prochain dernier ce cette a las el próximo pasado que viene alle del il prossimo scorso
    om vorige volgende half quarter early late one two three four five six seven eight nine ten eleven twelve a an few
    couple einem einer zwei drei vier fünf sechs sieben acht neun zehn un une deux trois quatre cinq uno una dos tres
    cuatro cinco due tre quattro cinque een twee drie vier vijf y kommenden kommende
    """
)
"""May stand inside a date, never make one."""

ANCHORS: Final = DAYS | UNITS
HINTS: Final = ANCHORS | UNCLEAR
WORDS: Final = HINTS | LINKS | TURNS | PAST
LEADS: Final = (
    (LINKS | _words("since from depuis seit desde sinds y"))
    - _words("this next coming last past day a an")
    - frozenset(FIGURES)
)
"""Lead to a date and are no part of it."""
