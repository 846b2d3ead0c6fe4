"""The names that Rasa 3 gives a meaning: intents, actions, slots and markers that no project declares."""

from __future__ import annotations

from typing import Final

LISTEN: Final = "action_listen"
RESTART: Final = "action_restart"
SESSION_START: Final = "action_session_start"
DEFAULT_FALLBACK: Final = "action_default_fallback"
DEACTIVATE_LOOP: Final = "action_deactivate_loop"
REVERT_FALLBACK: Final = "action_revert_fallback_events"
ASK_AFFIRMATION: Final = "action_default_ask_affirmation"
ASK_REPHRASE: Final = "action_default_ask_rephrase"
TWO_STAGE_FALLBACK: Final = "action_two_stage_fallback"
UNLIKELY_INTENT: Final = "action_unlikely_intent"
BACK: Final = "action_back"
EXTRACT_SLOTS: Final = "action_extract_slots"
SEND_TEXT: Final = "action_send_text"
SNIPPET: Final = "..."
"""Stands in a rule for whatever happened before or happens after it."""
HANDOFF: Final = "action_handoff"
"""Kickstand's own: asks for a person and says nothing itself."""
ANSWER_FROM_ARTICLES: Final = "action_answer_from_articles"
"""Kickstand's own: answers from the project's articles."""
ARTICLE: Final = "utter_article"
VALIDATE_MAPPINGS: Final = "action_validate_slot_mappings"

BUILT_IN_ACTIONS: Final = (
    LISTEN,
    RESTART,
    SESSION_START,
    DEFAULT_FALLBACK,
    DEACTIVATE_LOOP,
    REVERT_FALLBACK,
    ASK_AFFIRMATION,
    ASK_REPHRASE,
    TWO_STAGE_FALLBACK,
    UNLIKELY_INTENT,
    BACK,
    SNIPPET,
    EXTRACT_SLOTS,
    SEND_TEXT,
    HANDOFF,
    ANSWER_FROM_ARTICLES,
)

NLU_FALLBACK: Final = "nlu_fallback"
OUT_OF_SCOPE: Final = "out_of_scope"
BUILT_IN_INTENTS: Final = ("restart", "back", OUT_OF_SCOPE, "session_start", NLU_FALLBACK)
INTENT_ACTIONS: Final = {"restart": RESTART, "back": BACK, "session_start": SESSION_START}
"""Intents that trigger a built-in action by themselves."""

ANSWER_MARK: Final = "/"
"""In `faq/shipping`: stands between a retrieval intent and the answer that is meant."""


def base_intent(intent: str) -> str:
    """`faq` of `faq/shipping`; any other intent is its own."""
    return intent.partition(ANSWER_MARK)[0]


REQUESTED_SLOT: Final = "requested_slot"
SESSION_METADATA: Final = "session_started_metadata"
BUILT_IN_SLOTS: Final = {REQUESTED_SLOT: "text", SESSION_METADATA: "any"}

LANGUAGE: Final = "language"
"""The entity that tells a message's language, in projects that have it and a detector."""
UNSET: Final = "should_not_be_set"
"""What a rule writes for `null`: this slot or loop must be absent."""
TURN_FAILED: Final = "utter_turn_failed"
HUMAN_REQUEST: Final = "human_request"
