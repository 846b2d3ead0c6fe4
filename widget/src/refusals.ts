import { type Key, t } from "./i18n.ts";

/** What the visitor can do about a refused message, by the refusal's code; the server's own words are for developers. */
const WORDS: Readonly<Record<string, Key>> = {
  payload_not_offered: "refusedChoice",
  no_such_photo: "refusedPhoto",
  uploads_off: "photoOff",
  too_many_photos: "photoMany",
  too_long: "refusedLong",
  empty_message: "refusedEmpty",
  no_such_conversation: "stoppedOther",
};

/** One sentence in the visitor's language. */
export function refusalWords(code: string): string {
  return t(WORDS[code] ?? "tryInAMoment");
}
