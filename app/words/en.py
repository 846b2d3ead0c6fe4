"""English."""

from app.words.words import Words

ENGLISH = Words(
    talk_to_person="Talk to a person",
    turn_failed="That took a wrong turn on our side. Your message is safe with us: a person can take it from here.",
    other_language="I answer {in_language}. A person reads what you write as you wrote it.",
    in_language={
        "en": "in English",
        "es": "in Spanish",
        "fr": "in French",
        "de": "in German",
        "it": "in Italian",
        "": "in another language",
    },
    photos_arrived="Your photo is here, and goes along to everyone who helps you. What does it show, in a few words?",
    photos_on_case="Thanks, your photo is with {case} now, and whoever answers it sees it. Anything to add in words?",
    transcript_title="Your conversation with {brand}",
    you="You",
    assistant="Assistant",
    photos_one="1 photo",
    photos_other="{count} photos",
    both="{names} and {last}",
    mail_answered="{brand} answered you",
    mail_answered_by="{names} answered you",
    mail_question="How was it, at {brand}?",
    mail_link="Your conversation with {brand}",
    mail_wrote="{name} wrote:",
    mail_recommend="Would you recommend us to a fellow rider? Tell us with one tap:",
    mail_go_on="Go on in the same conversation, with everything in it:",
    mail_answer="Answer",
    mail_open="Open the conversation",
    mail_reply="You can also answer this mail; your words arrive in the conversation.",
)
