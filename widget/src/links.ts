const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);
const CANDIDATE = /(?:https?:\/\/|mailto:|tel:)[^\s<>"]+/gi;
/** Punctuation that ends a sentence rather than an address. */
const TAIL = /[.,;:!?'"”’…)\]}]+$/;

/** Turns the reading direction of what follows, letters against their own script: of use only to deceive. */
const OVERRIDES = /[\u202d\u202e]/g;
/** All that steers direction or takes no place: nothing of an address. */
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text as it may be shown: letters in the direction of their script. */
export function honest(text: string): string {
  return text.replace(OVERRIDES, "");
}

/** Never shown, and needed letter by letter: what a button says to the server, and where pictures lie. */
const UNTOLD = new Set(["payload", "url", "image"]);

/** What came from the server, with every text in it as it may be shown: names, chips, cards and what else there will be. */
export function honestly<T>(value: T): T {
  if (typeof value === "string") return honest(value) as T;
  if (Array.isArray(value)) return value.map(honestly) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, UNTOLD.has(key) ? each : honestly(each)])) as T;
}

/** Is there anything to see in it? */
export function isVisible(text: string): boolean {
  return text.replace(UNSEEN, "").trim() !== "";
}

/** A run of text, or a link that is safe to follow. */
export type Piece = { text: string; href: string | null };

/** The address when it is one that we follow (http, https, mailto, tel), else null. */
export function safeUrl(text: string, schemes: ReadonlySet<string> = SAFE): string | null {
  try {
    const url = new URL(text);
    return schemes.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Only http and https: what pictures and card buttons may point to. */
export function webUrl(text: string | null): string | null {
  return text === null ? null : safeUrl(text, new Set(["http:", "https:"]));
}

/** Splits a message into text and links; nothing is lost, nothing else is interpreted. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimTail(match[0]);
    const href = safeUrl(shown);
    if (href === null) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    pieces.push({ text: shown.replace(UNSEEN, ""), href });
    end = match.index + shown.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

/** Keeps a closing bracket that was opened inside the address. */
function trimTail(found: string): string {
  const trimmed = found.replace(TAIL, "");
  return found[trimmed.length] === ")" && trimmed.includes("(") ? `${trimmed})` : trimmed;
}
