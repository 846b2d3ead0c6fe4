"""German."""

from app.words.words import Words

GERMAN = Words(
    talk_to_person="Mit einem Menschen sprechen",
    turn_failed="Das ist bei uns falsch abgebogen. Deine Nachricht ist aufgehoben: Ein Mensch kann hier übernehmen.",
    other_language="Ich antworte {in_language}. Ein Mensch liest, was du schreibst, so wie du es schreibst.",
    in_language={
        "en": "auf Englisch",
        "es": "auf Spanisch",
        "fr": "auf Französisch",
        "de": "auf Deutsch",
        "it": "auf Italienisch",
        "": "in einer anderen Sprache",
    },
    photos_arrived="Dein Foto ist da und geht an alle mit, die dir helfen. Was zeigt es, in ein paar Worten?",
    photos_on_case="Danke, dein Foto liegt jetzt bei {case}, und wer antwortet, sieht es. Magst du etwas dazu sagen?",
    transcript_title="Deine Unterhaltung mit {brand}",
    you="Du",
    assistant="Assistent",
    photos_one="1 Foto",
    photos_other="{count} Fotos",
    both="{names} und {last}",
    mail_answered="{brand} hat dir geantwortet",
    mail_answered_by="Antwort von {names}",
    mail_question="Wie war es bei {brand}?",
    mail_link="Deine Unterhaltung mit {brand}",
    mail_wrote="{name} schreibt:",
    mail_recommend="Würdest du uns jemandem empfehlen, der auch fährt? Sag es uns mit einem Tipp:",
    mail_go_on="Mach in derselben Unterhaltung weiter, mit allem, was darin steht:",
    mail_answer="Antworten",
    mail_open="Unterhaltung öffnen",
    mail_reply="Du kannst auch auf diese Mail antworten; deine Worte kommen in der Unterhaltung an.",
)
