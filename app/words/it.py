"""Italian."""

from app.words.words import Words

ITALIAN = Words(
    talk_to_person="Parla con una persona",
    turn_failed="Da parte nostra qualcosa è andato storto. Il tuo messaggio è al sicuro: una persona può continuare.",
    other_language="Rispondo {in_language}. Una persona legge ciò che scrivi così come lo scrivi.",
    in_language={
        "en": "in inglese",
        "es": "in spagnolo",
        "fr": "in francese",
        "de": "in tedesco",
        "it": "in italiano",
        "": "in un’altra lingua",
    },
    photos_arrived="La tua foto è qui e arriva a chi ti aiuta. Che cosa mostra, in poche parole?",
    photos_on_case="Grazie, la tua foto ora è con {case}, e chi risponde la vede. Vuoi aggiungere qualcosa?",
    transcript_title="La tua conversazione con {brand}",
    you="Tu",
    assistant="Assistente",
    photos_one="1 foto",
    photos_other="{count} foto",
    both="{names} e {last}",
    mail_answered="{brand} ti ha risposto",
    mail_answered_by="Risposta di {names}",
    mail_question="Com’è andata da {brand}?",
    mail_link="La tua conversazione con {brand}",
    mail_wrote="{name} scrive:",
    mail_recommend="Ci consiglieresti a un altro motociclista? Diccelo con un tocco:",
    mail_go_on="Continua nella stessa conversazione, con tutto ciò che contiene:",
    mail_answer="Rispondi",
    mail_open="Apri la conversazione",
    mail_reply="Puoi anche rispondere a questa e-mail; le tue parole arrivano nella conversazione.",
)
