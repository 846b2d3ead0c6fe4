"""Spanish."""

from app.words.words import Words

SPANISH = Words(
    talk_to_person="Hablar con una persona",
    turn_failed="Algo se torció por nuestra parte. Tu mensaje está a salvo: una persona puede seguir desde aquí.",
    other_language="Respondo {in_language}. Una persona lee lo que escribes tal como lo escribes.",
    in_language={
        "en": "en inglés",
        "es": "en español",
        "fr": "en francés",
        "de": "en alemán",
        "it": "en italiano",
        "": "en otro idioma",
    },
    photos_arrived="Tu foto está aquí y va con todos los que te ayudan. ¿Qué muestra, en pocas palabras?",
    photos_on_case="Gracias, tu foto está ahora con {case}, y quien responda la ve. ¿Quieres añadir algo?",
    transcript_title="Tu conversación con {brand}",
    you="Tú",
    assistant="Asistente",
    photos_one="1 foto",
    photos_other="{count} fotos",
    both="{names} y {last}",
    mail_answered="{brand} te ha respondido",
    mail_answered_by="Respuesta de {names}",
    mail_question="¿Qué tal en {brand}?",
    mail_link="Tu conversación con {brand}",
    mail_wrote="{name} escribe:",
    mail_recommend="¿Nos recomendarías a otra persona que va en moto? Dínoslo con un toque:",
    mail_go_on="Sigue en la misma conversación, con todo lo que tiene:",
    mail_answer="Responder",
    mail_open="Abrir la conversación",
    mail_reply="También puedes responder a este correo; tus palabras llegan a la conversación.",
)
