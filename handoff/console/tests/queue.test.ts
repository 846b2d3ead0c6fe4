import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QueueChanged, TicketState } from "@client/protocol.gen";
import { foldQueue, inLine, type Tickets } from "../src/model/queue";
import { aTicket, at, DANA, MAYA, World } from "./world";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const changed = (...tickets: TicketState[]): QueueChanged => ({ type: "queue.changed", reset: false, tickets });

/** Repeatable numbers below `n`. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** A queue on the server that does what queues do, and says what changed. */
class ServerQueue {
  readonly tickets = new Map<string, TicketState>();
  constructor(private readonly roll: (n: number) => number) {}

  step(): QueueChanged {
    const id = `c${this.roll(6)}`;
    const known = this.tickets.get(id);
    const next = this.next(id, known);
    if (next.state === "closed") this.tickets.delete(id);
    else this.tickets.set(id, next);
    return changed(next);
  }

  snapshot(): QueueChanged {
    return { type: "queue.changed", reset: true, tickets: [...this.tickets.values()] };
  }

  private next(id: string, known: TicketState | undefined): TicketState {
    if (known === undefined) return aTicket(id, { rank_at: at(this.roll(600)) });
    if (known.state === "waiting")
      return { ...known, state: "assigned", gen: known.gen + 1, agent: this.roll(2) === 0 ? MAYA : DANA };
    return this.roll(2) === 0 ? { ...known, state: "closed" } : { ...known, state: "waiting", agent: null };
  }
}

const plain = (tickets: Tickets): unknown => [...tickets].sort(([a], [b]) => a.localeCompare(b));

describe("the queue", () => {
  it("is after every change what it would be fetched afresh", () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const server = new ServerQueue(dice(seed));
      let held: Tickets = foldQueue(new Map(), server.snapshot());
      for (let step = 0; step < 60; step += 1) {
        held = foldQueue(held, server.step());
        expect(plain(held)).toEqual(plain(foldQueue(new Map(), server.snapshot())));
      }
    }
  });

  it("forgets on a reset what the server no longer has", () => {
    const held = foldQueue(new Map([["gone", aTicket("gone")]]), {
      type: "queue.changed",
      reset: true,
      tickets: [aTicket("here")],
    });
    expect([...held.keys()]).toEqual(["here"]);
  });

  it("never goes back to an older generation", () => {
    const held = foldQueue(new Map(), changed(aTicket("c1", { state: "assigned", gen: 2, agent: DANA })));
    expect(foldQueue(held, changed(aTicket("c1", { gen: 1 }))).get("c1")?.state).toBe("assigned");
  });

  it("serves by rank, so that need and waiting time both count", () => {
    const held = foldQueue(
      new Map(),
      changed(
        aTicket("asked", { requested_at: at(0), rank_at: at(-600) }),
        aTicket("unsafe", { reason: "safety", requested_at: at(60), rank_at: at(-3_540) }),
        aTicket("other", { reason: "other", requested_at: at(30), rank_at: at(30) }),
      ),
    );
    expect(inLine(held).map((ticket) => ticket.conversation_id)).toEqual(["unsafe", "asked", "other"]);
  });

  it("keeps its rows where they are while the pointer moves, and sorts when it rests", () => {
    const { desk, hear, world } = open(aTicket("first", { rank_at: at(0) }), aTicket("second", { rank_at: at(10) }));
    desk.queue.pointerMoved();
    hear(changed(aTicket("urgent", { rank_at: at(-100) })));
    expect(ids(world)).toEqual(["first", "second", "urgent"]);
    vi.advanceTimersByTime(700);
    expect(ids(world)).toEqual(["urgent", "first", "second"]);
  });

  it("shows for a moment who was faster, then lets the row go", () => {
    const { desk, hear, world } = open(aTicket("c1"), aTicket("c2", { rank_at: at(5) }));
    hear(changed(aTicket("c1", { state: "assigned", gen: 1, agent: DANA })));
    expect(desk.queue.rows.value[0]).toMatchObject({ taken: "Dana Roth" });
    vi.advanceTimersByTime(3_000);
    expect(ids(world)).toEqual(["c2"]);
  });

  it("remembers how long the last one waited", () => {
    vi.setSystemTime(new Date(at(48)));
    const { desk, hear } = open(aTicket("c1"));
    hear(changed(aTicket("c1", { state: "assigned", gen: 1, agent: DANA })));
    expect(desk.queue.lastWait.value).toBe(48_000);
  });
});

describe("the alarm", () => {
  it("rings for somebody new, anew for the next, and until somebody has taken the last", () => {
    const { hear, world } = open();
    hear(changed(aTicket("c1")));
    expect(world.bell.rung).toEqual(["arrival"]);
    hear(changed(aTicket("c2")));
    expect(world.bell.rung).toEqual(["arrival", "arrival"]);
    hear(changed(aTicket("c1", { state: "assigned", gen: 1, agent: DANA })));
    expect(world.bell.callers.size).toBe(1);
    hear(changed(aTicket("c2", { state: "assigned", gen: 1, agent: DANA })));
    expect(world.bell.callers.size).toBe(0);
  });

  it("is silent for an agent who is away, and rings when they are back", () => {
    const { desk, hear, world } = open();
    desk.setAvailable(false);
    hear(changed(aTicket("c1")));
    expect(world.bell.rung).toEqual([]);
    desk.setAvailable(true);
    expect(world.bell.rung).toEqual(["arrival"]);
  });
});

function open(...tickets: TicketState[]) {
  const world = new World();
  world.connect(tickets);
  world.bell.rung.length = 0;
  return { world, desk: world.desk, hear: (change: QueueChanged) => world.hear(change) };
}

const ids = (world: World): string[] => world.desk.queue.rows.value.map((row) => row.ticket.conversation_id);
