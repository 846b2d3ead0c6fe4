import type { Evidence, TicketState } from "@client/protocol.gen";

export type Reason = TicketState["reason"];

/** From the gravest to the lightest: the graver mark stands first. */
const GRAVITY: readonly Reason[] = ["safety", "emotion", "repeat", "legal", "human_request", "other"];

const gravity = (reason: Reason): number => GRAVITY.indexOf(reason);

export const isReason = (value: unknown): value is Reason => GRAVITY.includes(value as Reason);

/** At most two reasons to show for a ticket, the graver first; the one that names the ticket is always among them. */
export function marksOf(ticket: Pick<TicketState, "reason" | "also">): Reason[] {
  const others = [...new Set(ticket.also)].filter((reason) => reason !== ticket.reason);
  const second = others.sort((a, b) => gravity(a) - gravity(b)).slice(0, 1);
  return [ticket.reason, ...second].sort((a, b) => gravity(a) - gravity(b));
}

/** A reason with its number in the message and everything that speaks for it. */
export interface NumberedReason {
  number: number;
  reason: Reason;
  texts: string[];
}

/** Reasons in the order of their first evidence, each with one number, however many words point to it. */
export function numbered(evidence: readonly Evidence[]): NumberedReason[] {
  const reasons = new Map<Reason, NumberedReason>();
  for (const one of inReadingOrder(evidence)) {
    const known = reasons.get(one.reason);
    if (known === undefined) {
      reasons.set(one.reason, { number: reasons.size + 1, reason: one.reason, texts: [one.text] });
    } else if (!known.texts.includes(one.text)) {
      known.texts.push(one.text);
    }
  }
  return [...reasons.values()];
}

/** A stretch of the message; `reason` and `number` where it is evidence. */
export interface Span {
  text: string;
  reason: Reason | null;
  number: number | null;
}

/**
 * Cuts `text` at its evidence. Offsets count characters (code points), as the server counts them; spans that
 * overlap an earlier one or leave the text are passed over.
 */
export function spans(text: string, evidence: readonly Evidence[]): Span[] {
  const characters = Array.from(text);
  const numbers = new Map(numbered(evidence).map((one) => [one.reason, one.number]));
  const cut: Span[] = [];
  let at = 0;
  for (const { reason, start, end } of inReadingOrder(evidence)) {
    if (start === null || end === null || start < at || end <= start || end > characters.length) continue;
    if (start > at) cut.push({ text: characters.slice(at, start).join(""), reason: null, number: null });
    cut.push({ text: characters.slice(start, end).join(""), reason, number: numbers.get(reason) ?? null });
    at = end;
  }
  if (at < characters.length) cut.push({ text: characters.slice(at).join(""), reason: null, number: null });
  return cut;
}

function inReadingOrder(evidence: readonly Evidence[]): Evidence[] {
  const place = (one: Evidence): number => one.start ?? Number.MAX_SAFE_INTEGER;
  return [...evidence].sort((a, b) => place(a) - place(b) || (a.end ?? 0) - (b.end ?? 0));
}
