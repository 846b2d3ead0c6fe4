import type { AgentMessageCreated, AgentUpdated, EntryCreated, Evidence, TicketState } from "@client/protocol.gen";
import { t } from "../i18n";
import { isReason } from "./reasons";
import { firstName } from "./verbs";

export type Entry = AgentMessageCreated | EntryCreated;
export type Message = AgentMessageCreated;
export type Status = AgentUpdated["status"];

/** What the thread draws, top to bottom. */
export type Block =
  | { kind: "day"; key: string; at: string }
  | { kind: "assistant"; key: string; turns: number; summary: string; messages: Message[]; open: boolean }
  | { kind: "group"; key: string; side: "theirs" | "own" | "colleague" | "bot"; name: string | null; at: string; messages: Message[] }
  | { kind: "why"; key: string; pos: number; evidence: readonly Evidence[] }
  | { kind: "note"; key: string; message: Message; whisper: boolean }
  | { kind: "system"; key: string; message: Message };

/** Why a message led to a person: the evidence by the `pos` of the message it was found in. */
export type Reasons = ReadonlyMap<number, readonly Evidence[]>;

/**
 * Evidence by message: what triage wrote into the log, and what the open `ticket` carries, for requests that did not
 * come from triage.
 */
export function reasonsIn(entries: readonly Entry[], ticket: TicketState | undefined): Reasons {
  const found = new Map<number, readonly Evidence[]>();
  for (const entry of entries) {
    if (entry.type !== "entry.created" || entry.kind !== "triage" || entry.data["needs_person"] !== true) continue;
    const { pos } = entry.data;
    const evidence = evidenceOf(entry.data["evidence"]);
    if (typeof pos === "number" && evidence.length > 0) found.set(pos, evidence);
  }
  if (ticket !== undefined && ticket.evidence.length > 0) {
    const message = trigger(entries, ticket);
    if (message !== null && !found.has(message.pos)) found.set(message.pos, ticket.evidence);
  }
  return found;
}

/** The message that opened `ticket`: the latest one with the quoted words, else the last one before the request. */
function trigger(entries: readonly Entry[], ticket: TicketState): Message | null {
  const said = entries.filter((entry): entry is Message => entry.type === "message.created" && entry.author.kind === "visitor");
  const before = said.filter((message) => Date.parse(message.sent_at) <= Date.parse(ticket.requested_at));
  const quoting = before.filter((message) => ticket.quote !== "" && message.text.includes(ticket.quote));
  return quoting.at(-1) ?? before.at(-1) ?? null;
}

function evidenceOf(value: unknown): Evidence[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): Evidence[] => {
    if (typeof one !== "object" || one === null) return [];
    const { reason, text, start, end } = one as Record<string, unknown>;
    if (!isReason(reason) || typeof text !== "string") return [];
    return [{ reason, text, start: typeof start === "number" ? start : null, end: typeof end === "number" ? end : null }];
  });
}

export interface Reading {
  entries: readonly Entry[];
  reasons: Reasons;
  status: Status | null;
  /** The names by which this agent's own messages are signed. */
  own: (name: string | null) => boolean;
}

const GROUP_MS = 5 * 60_000;

/** Lays the log out: days, the assistant's parts folded, speakers grouped, the reasons under what they are about. */
export function blocks({ entries, reasons, status, own }: Reading): Block[] {
  const messages = entries.flatMap((entry) => (entry.type === "message.created" ? [entry] : noteOf(entry)));
  const whispers = whispersIn(entries);
  const laid: Block[] = [];
  let day = "";
  let explained = false;
  for (const part of parts(messages, reasons)) {
    const first = part.messages[0];
    if (first === undefined) continue;
    const today = dayOf(first.sent_at);
    if (today !== day) laid.push({ kind: "day", key: `day-${today}-${first.pos}`, at: first.sent_at });
    day = dayOf(part.messages.at(-1)?.sent_at ?? first.sent_at);
    if (part.assistant) {
      explained = false;
      const running = status === "bot" && part.messages.at(-1) === messages.at(-1);
      laid.push({
        kind: "assistant",
        key: `assistant-${first.pos}`,
        turns: turnsOf(part.messages),
        summary: summaryOf(part.messages),
        messages: part.messages,
        open: running,
      });
      continue;
    }
    for (const message of part.messages) {
      const itsDay = dayOf(message.sent_at);
      if (itsDay !== day) laid.push({ kind: "day", key: `day-${itsDay}-${message.pos}`, at: message.sent_at });
      day = itsDay;
      place(laid, message, own, whispers);
      const evidence = reasons.get(message.pos);
      if (evidence !== undefined && !explained) {
        laid.push({ kind: "why", key: `why-${message.pos}`, pos: message.pos, evidence });
        explained = true;
      }
      if (message.author.kind === "agent" && !message.note) explained = false;
    }
  }
  return laid;
}

/** What an entry tells the team: the word that came along when it was passed on, who was asked about a remedy. */
function toldBy({ kind, data }: EntryCreated): { by: unknown; words: string } | null {
  const word = (name: string): string => (typeof data[name] === "string" ? data[name] : "");
  if (kind === "handoff" && word("step") === "taken_over")
    return { by: data["by"], words: t.wall.tookOver(firstName(word("held_by"))) };
  if (kind === "handoff" && word("step") === "second_looks") return { by: data["by"], words: t.wall.standsBy };
  if (kind === "handoff" && word("note") !== "") return { by: data["by"], words: word("note") };
  if (kind !== "remedy") return null;
  const { who: by } = data;
  if (word("step") === "given" && word("ask") !== "") return { by, words: t.right.askedNote(word("says")) };
  if (word("step") === "approved") return { by, words: t.right.agreedNote(word("reason")) };
  return word("step") === "declined" ? { by, words: t.right.declinedNote(word("reason")) } : null;
}

/** Such an entry is read as a note like any other. */
function noteOf(entry: EntryCreated): Message[] {
  const told = toldBy(entry);
  if (told === null) return [];
  const { by, words: note } = told;
  return [
    {
      type: "message.created",
      conversation_id: entry.conversation_id,
      pos: entry.pos,
      seq: null,
      id: `passed-on-${entry.pos}`,
      client_id: null,
      author: { kind: "agent", name: typeof by === "string" ? by : null },
      text: note,
      buttons: [],
      card: null,
      attachments: [],
      note: true,
      sent_at: entry.at,
      re: null,
    },
  ];
}

/** Steps after which nobody holds the conversation; a claim and a take-over name who does. */
const LET_GO: readonly unknown[] = ["requeued", "transferred", "snoozed", "returned", "resolved", "reopened", "joined"];

/** The `pos` of each note that was written beside somebody who held the conversation, by somebody else. */
function whispersIn(entries: readonly Entry[]): ReadonlySet<number> {
  const found = new Set<number>();
  let holder: string | null = null;
  for (const entry of entries) {
    if (entry.type === "message.created") {
      const { kind, name } = entry.author;
      const beside = holder !== null && name !== null && firstName(name) !== firstName(holder);
      if (entry.note && kind === "agent" && beside) found.add(entry.pos);
    } else if (entry.kind === "handoff") {
      const { step, by } = entry.data;
      if (step === "claimed" || step === "taken_over") holder = typeof by === "string" ? by : null;
      else if (LET_GO.includes(step)) holder = null;
    }
  }
  return found;
}

function place(laid: Block[], message: Message, own: Reading["own"], whispers: ReadonlySet<number>): void {
  if (message.note) {
    laid.push({ kind: "note", key: `note-${message.pos}`, message, whisper: whispers.has(message.pos) });
    return;
  }
  if (message.author.kind === "system") {
    laid.push({ kind: "system", key: `system-${message.pos}`, message });
    return;
  }
  const side = sideOf(message, own);
  const last = laid.at(-1);
  const near =
    last?.kind === "group" &&
    last.side === side &&
    last.name === message.author.name &&
    Date.parse(message.sent_at) - Date.parse(last.messages.at(-1)?.sent_at ?? last.at) < GROUP_MS;
  if (near) last.messages.push(message);
  else
    laid.push({
      kind: "group",
      key: `group-${message.pos}`,
      side,
      name: message.author.name,
      at: message.sent_at,
      messages: [message],
    });
}

/** The speakers of an opened assistant part, grouped like everything else. */
export function groupsOf(messages: readonly Message[]): Extract<Block, { kind: "group" }>[] {
  const laid: Block[] = [];
  for (const message of messages) place(laid, message, () => false, new Set());
  return laid.filter((block) => block.kind === "group");
}

function sideOf(message: Message, own: Reading["own"]): "theirs" | "own" | "colleague" | "bot" {
  if (message.author.kind === "visitor") return "theirs";
  if (message.author.kind === "bot") return "bot";
  return own(message.author.name) ? "own" : "colleague";
}

interface Part {
  assistant: boolean;
  messages: Message[];
}

/**
 * Cuts the log into what visitor and assistant said to each other and the rest. What the visitor wrote after the
 * assistant's last word belongs to the rest, and so does a message that led to a person.
 */
function parts(messages: readonly Message[], reasons: Reasons): Part[] {
  const cut: Part[] = [];
  let run: Message[] = [];
  const close = (): void => {
    const lastBot = run.findLastIndex((message) => message.author.kind === "bot");
    if (lastBot >= 0) cut.push({ assistant: true, messages: run.slice(0, lastBot + 1) });
    if (lastBot + 1 < run.length) cut.push({ assistant: false, messages: run.slice(lastBot + 1) });
    run = [];
  };
  for (const message of messages) {
    const between = (message.author.kind === "visitor" && !reasons.has(message.pos)) || message.author.kind === "bot";
    if (between) {
      run.push(message);
    } else {
      close();
      cut.push({ assistant: false, messages: [message] });
    }
  }
  close();
  return cut;
}

function turnsOf(messages: readonly Message[]): number {
  const asked = messages.filter((message) => message.author.kind === "visitor").length;
  return Math.max(1, asked);
}

const SUMMARY_WORDS = 60;

/** One plain line of what the assistant did: every card it showed, and the last thing that it asked. */
function summaryOf(messages: readonly Message[]): string {
  const said = messages.filter((message) => message.author.kind === "bot");
  const lastAsked = said.findLast((message) => questionIn(message) !== null);
  const did = said.flatMap((message) => {
    const shown = shownBy(message);
    if (shown !== null) return [shown];
    return message === lastAsked ? [t.thread.asked(cutWords(questionIn(message) ?? ""))] : [];
  });
  if (did.length > 0) return [...new Set(did)].join(", ");
  const last = said.findLast((message) => message.text !== "");
  return last === undefined ? "" : t.thread.said(cutWords(last.text));
}

function shownBy({ card }: Message): string | null {
  switch (card?.kind) {
    case "fit":
      return t.thread.showedFit;
    case "order":
      return t.thread.showedOrder(card.number);
    case "case":
      return t.thread.opened(card.number);
    default:
      return null;
  }
}

/** The question at the end of a message, null when it ends otherwise. */
function questionIn({ card, text }: Message): string | null {
  return card === null ? (/[^.!?:\n]+\?\s*$/.exec(text)?.[0].trim() ?? null) : null;
}

function cutWords(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= SUMMARY_WORDS) return flat;
  return `${flat.slice(0, flat.lastIndexOf(" ", SUMMARY_WORDS) || SUMMARY_WORDS)}…`;
}

/** The local calendar day of an ISO time, as a key. */
export function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
