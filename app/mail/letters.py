"""The mails that go out, as text and as HTML. Whatever people wrote is escaped; nothing is fetched to show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.words import WORDS, words_for
from handoff import language_of

_TEMPLATES = Environment(
    loader=PackageLoader("app.mail", "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing an agent said: first name and words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to a customer. `id` makes a second sending of the same mail the same mail."""

    id: str
    to: str
    subject: str
    template: str
    brand: str
    accent: str
    link: str = ""
    lines: Sequence[Line] = ()
    question: bool = False
    """Ask whether they would recommend us."""
    transcript: str = ""
    locale: str | None = None
    """BCP 47, what its reader reads."""

    @property
    def language(self) -> str:
        """ISO 639-1, what the letter is in."""
        language = language_of(self.locale)
        return language if language in WORDS else "en"

    def message(self, sender: str, reply_to: str | None) -> EmailMessage:
        """The mail, from `sender` as the brand; answers go to `reply_to`."""
        mail = EmailMessage()
        mail["Subject"] = self.subject
        mail["From"] = Address(display_name=self.brand, addr_spec=sender)
        mail["To"] = Address(addr_spec=self.to)
        mail["Message-ID"] = f"<{self.id}@{sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers us
        if reply_to is not None:
            mail["Reply-To"] = Address(addr_spec=reply_to)
        filled = {"letter": self, "words": words_for(self.locale)}
        mail.set_content(_TEMPLATES.get_template(f"{self.template}.txt").render(filled))
        mail.add_alternative(_TEMPLATES.get_template(f"{self.template}.html").render(filled), subtype="html")
        mail["Content-Language"] = self.language  # last: setting the content drops what is said of it
        return mail
