import { computed, signal } from "@preact/signals";
import type { QueueChanged, TicketState } from "@client/protocol.gen";

export type Tickets = ReadonlyMap<string, TicketState>;

/** The open tickets after a change, by conversation. A ticket never goes back to an older generation. */
export function foldQueue(tickets: Tickets, change: QueueChanged): Tickets {
  const next = new Map(change.reset ? [] : tickets);
  for (const ticket of change.tickets) {
    const known = next.get(ticket.conversation_id);
    if (known !== undefined && known.gen > ticket.gen) continue;
    if (ticket.state === "closed") next.delete(ticket.conversation_id);
    else next.set(ticket.conversation_id, ticket);
  }
  return next;
}

/** Who waits, in the order they are served: how much they need a person and how long they wait are both in `rank_at`. */
export function inLine(tickets: Tickets): TicketState[] {
  return [...tickets.values()]
    .filter((ticket) => ticket.state === "waiting" && ticket.snoozed_until === null)
    .sort((a, b) => Date.parse(a.rank_at) - Date.parse(b.rank_at) || byText(a.conversation_id, b.conversation_id));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A row as it stands on the screen. `taken`: the colleague who was faster; such a row fades, then goes. */
export interface QueueRow {
  ticket: TicketState;
  taken: string | null;
}

const POINTER_RESTS_MS = 600;
const TAKEN_SHOWN_MS = 2_600;

export interface QueueListener {
  /** These conversations wait and did not before. */
  arrived(ids: readonly string[]): void;
}

/**
 * The queue as an agent sees it. What is true is in `tickets`; `rows` is what is drawn, and it keeps its order
 * while the pointer moves over it, so that nobody claims the wrong row because it slid away.
 */
export class Queue {
  readonly tickets = signal<Tickets>(new Map());
  readonly rows = signal<readonly QueueRow[]>([]);
  readonly loaded = signal(false);
  /** How long the last one waited until somebody took it, in milliseconds; null while nobody has been taken. */
  readonly lastWait = signal<number | null>(null);
  readonly waiting = computed(() => inLine(this.tickets.value));
  /** What rings at this agent alone, the one that ends first on top. */
  readonly offers = computed(() =>
    [...this.tickets.value.values()]
      .filter((ticket) => ticket.state === "offered" && ticket.offered_to?.id === this.me())
      .sort((a, b) => Date.parse(a.offered_until ?? "") - Date.parse(b.offered_until ?? "")),
  );
  /** What was laid aside, the one that wakes first on top. */
  readonly resting = computed(() =>
    [...this.tickets.value.values()]
      .filter((ticket) => ticket.state === "waiting" && ticket.snoozed_until !== null)
      .sort((a, b) => Date.parse(a.snoozed_until ?? "") - Date.parse(b.snoozed_until ?? "")),
  );

  /** True while the pointer moves over the lists. */
  readonly pointing = signal(false);

  private rest: ReturnType<typeof setTimeout> | null = null;
  private readonly fading = new Set<string>();

  constructor(
    private readonly me: () => string,
    private readonly now: () => number,
    private readonly listener: QueueListener,
  ) {}

  apply(change: QueueChanged): void {
    const before = this.tickets.value;
    const after = foldQueue(before, change);
    this.tickets.value = after;
    this.loaded.value = true;
    for (const [id, was] of before) {
      if (was.state === "waiting") this.left(was, after.get(id), change);
    }
    this.draw();
    const arrived = [...inLine(after), ...this.offers.value].filter((ticket) => {
      const was = before.get(ticket.conversation_id);
      return was?.state !== ticket.state || was.snoozed_until !== null;
    });
    if (arrived.length > 0) this.listener.arrived(arrived.map((ticket) => ticket.conversation_id));
  }

  /** This agent was told that `holder` has it, before the queue said so. */
  lost(id: string, holder: string): void {
    this.fade(id, holder);
    this.draw();
  }

  pointerMoved(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = setTimeout(() => this.pointerRests(), POINTER_RESTS_MS);
    this.pointing.value = true;
  }

  pointerRests(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = null;
    this.pointing.value = false;
    this.draw();
  }

  private left(was: TicketState, is: TicketState | undefined, change: QueueChanged): void {
    if (is?.state === "waiting") return;
    const news = is ?? change.tickets.find((ticket) => ticket.conversation_id === was.conversation_id);
    if (news?.state !== "assigned") return;
    this.lastWait.value = Math.max(0, this.now() - Date.parse(was.requested_at));
    const agent = news.agent;
    if (agent !== null && agent.id !== this.me()) this.fade(was.conversation_id, agent.name);
  }

  private fade(id: string, holder: string): void {
    if (this.fading.has(id)) return;
    this.fading.add(id);
    this.rows.value = this.rows.value.map((row) => (row.ticket.conversation_id === id ? { ...row, taken: holder } : row));
    setTimeout(() => {
      this.fading.delete(id);
      this.draw();
    }, TAKEN_SHOWN_MS);
  }

  /** Brings `rows` up to date: in full when the pointer rests, else without moving a row that is there. */
  private draw(): void {
    const line = this.waiting.peek();
    const waits = new Map(line.map((ticket) => [ticket.conversation_id, ticket]));
    const stays = this.rows.value.filter(({ ticket: { conversation_id: id }, taken }) =>
      taken === null ? waits.has(id) || this.pointing.peek() : this.fading.has(id) || this.pointing.peek(),
    );
    const refreshed = stays.map((row) => ({ ...row, ticket: waits.get(row.ticket.conversation_id) ?? row.ticket }));
    const shown = new Set(refreshed.map((row) => row.ticket.conversation_id));
    const fresh = line.filter((ticket) => !shown.has(ticket.conversation_id)).map((ticket) => ({ ticket, taken: null }));
    const rows = [...refreshed, ...fresh];
    if (!this.pointing.peek()) rows.sort((a, b) => rank(a) - rank(b) || byText(id(a), id(b)));
    this.rows.value = rows;
  }
}

const rank = (row: QueueRow): number => Date.parse(row.ticket.rank_at);
const id = (row: QueueRow): string => row.ticket.conversation_id;
