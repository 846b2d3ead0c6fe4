export type KeyCommand =
  | "next"
  | "previous"
  | "claim"
  | "reply"
  | "note"
  | "resolve"
  | "transfer"
  | "snooze"
  | "promise"
  | "right"
  | "canned"
  | "palette"
  | "help";

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** The key goes into a text field. */
  editing: boolean;
  /** A dialog is open: only its own keys count. */
  inDialog: boolean;
}

const SINGLE: Readonly<Record<string, KeyCommand>> = {
  j: "next",
  k: "previous",
  c: "claim",
  r: "reply",
  n: "note",
  e: "resolve",
  t: "transfer",
  s: "snooze",
  p: "promise",
  m: "right",
  "/": "canned",
  "?": "help",
};

/** What a key press asks for, or null. Letters are commands only outside of text fields, and only while `single` is on. */
export function commandOf(press: KeyPress, single: boolean): KeyCommand | null {
  if (press.key.toLowerCase() === "k" && (press.ctrlKey || press.metaKey) && !press.inDialog) return "palette";
  if (!single || press.editing || press.inDialog || press.ctrlKey || press.metaKey || press.altKey) return null;
  return SINGLE[press.key] ?? null;
}

/** Ctrl/Cmd+Enter sends; Enter alone makes a new line. */
export const isSend = (press: Pick<KeyPress, "key" | "ctrlKey" | "metaKey">): boolean =>
  press.key === "Enter" && (press.ctrlKey || press.metaKey);

/** The id `step` rows from `current` in `ids`, staying within the list; the first when nothing is chosen yet. */
export function neighbour(ids: readonly string[], current: string | null, step: 1 | -1): string | null {
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return ids[0] ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}
