import { signal } from "@preact/signals";
import { MemoryShelf, type Shelf } from "@client/storage";
import type {
  AgentCommand,
  AgentEvent,
  AgentMessageCreated,
  AgentRef,
  AgentUpdated,
  EntryCreated,
  Evidence,
  TicketState,
} from "@client/protocol.gen";
import { Desk } from "../src/model/desk";
import type { Bell, Tone } from "../src/model/ring";

export const MAYA: AgentRef = { id: "a-maya", name: "Maya Keller" };
export const DANA: AgentRef = { id: "a-dana", name: "Dana Roth" };
const START = Date.parse("2026-11-22T10:00:00Z");

/** An ISO time some seconds after ten o'clock. */
export const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

export const aTicket = (id: string, more: Partial<TicketState> = {}): TicketState => ({
  conversation_id: id,
  state: "waiting",
  gen: 0,
  reason: "human_request",
  also: [],
  quote: "a person please",
  evidence: [],
  requested_at: at(0),
  rank_at: at(0),
  agent: null,
  offered_to: null,
  offered_until: null,
  snoozed_until: null,
  team: null,
  visitor: "Ana P.",
  about: null,
  site: "larkmoor",
  ...more,
});

export const aMessage = (pos: number, more: Partial<AgentMessageCreated> = {}): AgentMessageCreated => ({
  type: "message.created",
  conversation_id: "c1",
  pos,
  seq: pos,
  id: `m${pos}`,
  client_id: null,
  author: { kind: "visitor", name: "Ana Pereira" },
  text: `message ${pos}`,
  attachments: [],
  buttons: [],
  card: null,
  note: false,
  sent_at: at(pos),
  re: null,
  ...more,
});

/** Triage's verdict; without evidence it wants no person. */
export const aTriage = (pos: number, evidence: Evidence[], of = pos - 1): EntryCreated => ({
  type: "entry.created",
  conversation_id: "c1",
  pos,
  kind: "triage",
  data: { needs_person: evidence.length > 0, reason: "emotion", score: 0.9, evidence, also: [], re: `v${of}`, pos: of },
  at: at(pos),
});

export const anUpdate = (id: string, more: Partial<AgentUpdated> = {}): AgentUpdated => ({
  type: "conversation.updated",
  conversation_id: id,
  status: "waiting",
  agent: null,
  gen: 0,
  read: 0,
  online: true,
  visitor: null,
  about: null,
  ...more,
});

export class SilentBell implements Bell {
  readonly blocked = signal(false);
  readonly rung: Tone[] = [];
  readonly callers = new Set<object>();

  ring(tone: Tone): boolean {
    this.rung.push(tone);
    return true;
  }

  call(who: object, on: boolean): void {
    if (on && !this.callers.has(who)) this.rung.push("arrival");
    if (on) this.callers.add(who);
    else this.callers.delete(who);
  }

  async unblock(): Promise<void> {}
}

/** A desk whose server is the test: what it sends is in `sent`, what the server says comes by `hear`. */
export class World {
  readonly sent: AgentCommand[] = [];
  readonly bell = new SilentBell();
  readonly desk: Desk;
  up = true;

  constructor(readonly shelf: Shelf = new MemoryShelf()) {
    this.desk = new Desk({
      me: MAYA,
      link: {
        send: (command) => {
          if (this.up) this.sent.push(command);
          return this.up;
        },
        reconnect: () => undefined,
      },
      shelf,
      bell: this.bell,
      visible: () => true,
    });
  }

  hear(...events: AgentEvent[]): void {
    for (const event of events) this.desk.receive(event);
  }

  /** Welcome, the whole queue, and the end of every sync that the desk asked for. */
  connect(tickets: TicketState[] = [], more: { epoch?: string; holds?: { conversation_id: string; gen: number }[] } = {}): void {
    this.up = true;
    this.desk.linkIs({ kind: "catching_up" });
    this.hear({
      type: "welcome",
      epoch: more.epoch ?? "e1",
      agent: MAYA,
      available: true,
      capacity: 6,
      holds: more.holds ?? [],
      heartbeat: 25,
      limits: { text: 4_000, frame: 65_536 },
      now: new Date().toISOString(),
    });
    this.hear({ type: "queue.changed", reset: true, tickets });
    this.desk.linkIs({ kind: "live" });
  }

  drop(): void {
    this.up = false;
    this.desk.linkIs({ kind: "offline_since", at: Date.now() });
  }

  last<T extends AgentCommand["type"]>(type: T): Extract<AgentCommand, { type: T }> {
    const found = this.sent.findLast((command) => command.type === type);
    if (found === undefined) throw new Error(`no ${type} was sent`);
    return found as Extract<AgentCommand, { type: T }>;
  }

  all<T extends AgentCommand["type"]>(type: T): Extract<AgentCommand, { type: T }>[] {
    return this.sent.filter((command): command is Extract<AgentCommand, { type: T }> => command.type === type);
  }

  ack(command: { client_id: string; conversation_id: string }, more: { gen?: number; pos?: number; seq?: number } = {}): void {
    this.hear({
      type: "ack",
      client_id: command.client_id,
      conversation_id: command.conversation_id,
      seq: more.seq ?? null,
      pos: more.pos ?? null,
      id: null,
      sent_at: null,
      duplicate: false,
      gen: more.gen ?? null,
    });
  }

  nack(command: { client_id: string | null }, code: string, message: string): void {
    this.hear({ type: "nack", client_id: command.client_id, code, message, retryable: false, after_ms: null });
  }

  /** Claims the ticket and lets the server agree. */
  take(id: string, gen = 1): void {
    this.desk.claim(id);
    this.ack(this.last("ticket.claim"), { gen });
  }
}
