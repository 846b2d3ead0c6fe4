import type { Author, Button, MessageCreated } from "./client/protocol.gen.ts";
import type { Pending } from "./model.ts";
import type { Parcel } from "./photos/shot.ts";
import { dayName, sameDay } from "./times.ts";

/** How far an own message has come; `waiting`: for the link. */
export type Delivery = "waiting" | "sending" | "sent" | "seen" | "not_sent";

/** A photo as it is drawn: one of the server's by its `id`, or one on its way there. */
export interface ShownPhoto {
  key: string;
  id: string | null;
  src: string;
  alt: string;
}

export interface Bubble {
  key: string;
  clientId: string | null;
  text: string;
  photos: readonly ShownPhoto[];
  /** Photos that still go, or have stopped. */
  parcel: Parcel | null;
  card: MessageCreated["card"];
  /** What it is in, where that is not what the visitor reads. */
  lang: string | null;
  at: Date;
  /** Own messages only. */
  delivery: Delivery | null;
  problem: string | null;
  /** Quick replies that may still be given. */
  chips: readonly Button[];
  /** Somebody has spoken since: what asked something asks no more. */
  isOver: boolean;
}

/** What the log shows, from top to bottom. */
export type Row =
  | { kind: "day"; key: string; label: string }
  | { kind: "note"; key: string; text: string }
  | { kind: "group"; key: string; author: Author; isOwn: boolean; at: Date; bubbles: Bubble[] };

export interface TimelineInput {
  messages: readonly MessageCreated[];
  pending: readonly Pending[];
  parcels: readonly Parcel[];
  /** The last `seq` that a person has read. */
  read: number;
  isOffline: boolean;
  now: Date;
}

/** A group is one speaker without a longer break. Milliseconds. */
const BREAK = 3 * 60_000;
/** Up to here a sentence of the system is a line between messages; longer ones are said by the assistant. */
const NOTE_LENGTH = 60;

/** Everything said, in order, as days, groups and lines. */
export function timeline({ messages, pending, parcels, read, isOffline, now }: TimelineInput): Row[] {
  const rows: Row[] = [];
  const answeredTo = lastAnswer(messages, pending);
  for (const message of messages) {
    const at = new Date(message.sent_at);
    const isOwn = message.author.kind === "visitor";
    if (message.author.kind === "system" && message.text.length <= NOTE_LENGTH && message.card === null) {
      startDay(rows, at, now);
      rows.push({ kind: "note", key: message.id, text: message.text });
      continue;
    }
    add(rows, message.author, at, now, {
      key: message.client_id ?? message.id,
      clientId: message.client_id,
      text: message.text,
      photos: message.attachments.map(({ id, url, alt }) => ({ key: id, id, src: url, alt: alt ?? "" })),
      parcel: null,
      card: message.card,
      lang: message.lang ?? null,
      at,
      delivery: isOwn ? (message.seq <= read ? "seen" : "sent") : null,
      problem: null,
      chips: message.seq > answeredTo ? message.buttons : [],
      isOver: message.seq < answeredTo,
    });
  }
  for (const { command, at, state, problem } of pending) {
    add(rows, { kind: "visitor", name: null }, new Date(at), now, {
      key: command.client_id,
      clientId: command.client_id,
      text: command.text,
      photos: shown(parcels.find((parcel) => parcel.clientId === command.client_id)),
      parcel: null,
      card: null,
      lang: null,
      at: new Date(at),
      delivery: deliveryOf(state, isOffline),
      problem,
      chips: [],
      isOver: false,
    });
  }
  for (const parcel of parcels.filter((each) => each.state !== "packed")) {
    add(rows, { kind: "visitor", name: null }, new Date(parcel.at), now, {
      key: parcel.clientId,
      clientId: parcel.clientId,
      text: parcel.text,
      photos: shown(parcel),
      parcel,
      card: null,
      lang: null,
      at: new Date(parcel.at),
      delivery: null,
      problem: null,
      chips: [],
      isOver: false,
    });
  }
  return rows;
}

function shown(parcel: Parcel | undefined): ShownPhoto[] {
  return (parcel?.shots ?? []).map(({ key, picture, alt }) => ({ key, id: null, src: picture, alt }));
}

function deliveryOf(state: Pending["state"], isOffline: boolean): Delivery {
  if (state === "not_sent") return "not_sent";
  if (state === "landed") return "sent";
  return isOffline ? "waiting" : "sending";
}

/** The `seq` up to which quick replies are over: the visitor or a person has spoken since. */
function lastAnswer(messages: readonly MessageCreated[], pending: readonly Pending[]): number {
  if (pending.some((entry) => entry.state !== "not_sent")) return Number.POSITIVE_INFINITY;
  const answer = messages.findLast((m) => m.author.kind === "visitor" || m.author.kind === "agent");
  return answer?.seq ?? 0;
}

function add(rows: Row[], author: Author, at: Date, now: Date, bubble: Bubble): void {
  startDay(rows, at, now);
  const speaker: Author = author.kind === "system" ? { kind: "bot", name: null } : author;
  const last = rows[rows.length - 1];
  const lastAt = last?.kind === "group" ? (last.bubbles[last.bubbles.length - 1]?.at ?? last.at) : null;
  if (last?.kind === "group" && sameSpeaker(last.author, speaker) && at.getTime() - (lastAt?.getTime() ?? 0) < BREAK) {
    last.bubbles.push(bubble);
    return;
  }
  rows.push({ kind: "group", key: bubble.key, author: speaker, isOwn: author.kind === "visitor", at, bubbles: [bubble] });
}

function sameSpeaker(one: Author, other: Author): boolean {
  return one.kind === other.kind && (one.kind !== "agent" || one.name === other.name);
}

function startDay(rows: Row[], at: Date, now: Date): void {
  const previous = rows.findLast((row) => row.kind === "group");
  const isNew = previous === undefined ? rows.length === 0 : !sameDay(previous.at, at);
  const label = dayName(at, now);
  if (isNew && rows.findLast((row) => row.kind === "day")?.label !== label) {
    rows.push({ kind: "day", key: `day ${at.toDateString()}`, label });
  }
}
