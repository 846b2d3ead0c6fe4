"""The words that the server writes to visitors, as each language has to have them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Templates of one language. Where a number decides, `one` and `other` are the categories of CLDR; in these five
    languages `other` is for everything but one (in French but nought and one).
    """

    talk_to_person: str
    turn_failed: str
    other_language: str
    """The bot answers `{in_language}`; the offer of a person is put behind."""
    in_language: Mapping[str, str]
    """How one says in which language something is written, by ISO 639-1 code; "" for any other."""
    photos_arrived: str
    photos_on_case: str
    transcript_title: str
    you: str
    assistant: str
    photos_one: str
    photos_other: str
    both: str
    """`{names}` and `{last}`."""
    mail_answered: str
    mail_answered_by: str
    mail_question: str
    mail_link: str
    mail_wrote: str
    mail_recommend: str
    mail_go_on: str
    mail_answer: str
    mail_open: str
    mail_reply: str

    def photos(self, count: int) -> str:
        """ "1 photo", "2 photos"."""
        return (self.photos_one if count == 1 else self.photos_other).format(count=count)

    def listed(self, names: list[str]) -> str:
        """ "Maya", "Maya and Dana", "Maya, Dana and Jo"."""
        if len(names) < 2:
            return "".join(names)
        return self.both.format(names=", ".join(names[:-1]), last=names[-1])
