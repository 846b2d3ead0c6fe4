"""French."""

from app.words.words import Words

FRENCH = Words(
    talk_to_person="Parler à une personne",
    turn_failed="Nous avons pris un mauvais virage. Votre message est bien gardé : une personne peut prendre la suite.",
    other_language="Je réponds {in_language}. Une personne lit ce que vous écrivez, tel que vous l’écrivez.",
    in_language={
        "en": "en anglais",
        "es": "en espagnol",
        "fr": "en français",
        "de": "en allemand",
        "it": "en italien",
        "": "dans une autre langue",
    },
    photos_arrived="Votre photo est là et suit vers tous ceux qui vous aident. Que montre-t-elle, en quelques mots ?",
    photos_on_case="Merci, votre photo est maintenant avec {case}, et qui répond la voit. Un mot à ajouter ?",
    transcript_title="Votre conversation avec {brand}",
    you="Vous",
    assistant="Assistant",
    photos_one="1 photo",
    photos_other="{count} photos",
    both="{names} et {last}",
    mail_answered="{brand} vous a répondu",
    mail_answered_by="Réponse de {names}",
    mail_question="C’était comment, chez {brand} ?",
    mail_link="Votre conversation avec {brand}",
    mail_wrote="{name} écrit :",
    mail_recommend="Nous recommanderiez-vous à quelqu’un qui roule aussi ? Dites-le-nous d’un geste :",
    mail_go_on="Continuez dans la même conversation, avec tout ce qu’elle contient :",
    mail_answer="Répondre",
    mail_open="Ouvrir la conversation",
    mail_reply="Vous pouvez aussi répondre à cet e-mail ; vos mots arrivent dans la conversation.",
)
