import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { blocks } from "../src/model/timeline";
import { aMessage, aTicket, anUpdate, at, DANA, MAYA, World } from "./world";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse(at(0)) }));
afterEach(() => void vi.useRealTimers());

const ringing = aTicket("c1", { state: "offered", offered_to: MAYA, offered_until: at(20) });

describe("what rings at one agent alone", () => {
  it("calls, stands apart from the line, and is taken with the claim key first", () => {
    const world = new World();
    world.connect([aTicket("c2"), ringing]);
    expect(world.desk.queue.offers.value.map((one) => one.conversation_id)).toEqual(["c1"]);
    expect(world.desk.queue.waiting.value.map((one) => one.conversation_id)).toEqual(["c2"]);
    expect(world.desk.calling.value).toBe(2);
    world.desk.claim();
    expect(world.last("ticket.claim").conversation_id).toBe("c1");
  });

  it("is nobody else's to take", () => {
    const world = new World();
    world.connect([aTicket("c1", { state: "offered", offered_to: DANA, offered_until: at(20) })]);
    expect(world.desk.queue.offers.value).toEqual([]);
    expect(world.desk.queue.waiting.value).toEqual([]);
    world.desk.claim();
    expect(world.all("ticket.claim")).toEqual([]);
  });

  it("rings when it comes, and is let pass without a claim", () => {
    const world = new World();
    world.connect([]);
    world.bell.rung.length = 0;
    world.hear({ type: "queue.changed", reset: false, tickets: [ringing] });
    expect(world.bell.rung).toContain("arrival");
    world.desk.decline("c1");
    world.ack(world.last("ticket.decline"));
    expect(world.all("ticket.claim")).toEqual([]);
    expect(world.desk.holds.value.size).toBe(0);
  });
});

describe("what is passed on or laid aside", () => {
  it("leaves this agent's hands once the server says so", () => {
    const world = new World();
    world.connect([aTicket("c1")]);
    world.take("c1", 4);
    world.desk.transfer({ agent_id: DANA.id }, "she knows the welds");
    const asked = world.last("ticket.transfer");
    expect(asked).toMatchObject({ gen: 4, agent_id: DANA.id, note: "she knows the welds" });
    expect(world.desk.holds.value.has("c1")).toBe(true);
    world.ack(asked, { gen: 4 });
    expect(world.desk.holds.value.has("c1")).toBe(false);
  });

  it("stays when the colleague has no room, and says what to do", () => {
    const world = new World();
    world.connect([aTicket("c1")]);
    world.take("c1");
    world.desk.transfer({ agent_id: DANA.id }, "");
    world.nack(world.last("ticket.transfer"), "no_room", "Dana Roth holds as many as she has room for.");
    expect(world.desk.holds.value.has("c1")).toBe(true);
    expect(world.desk.conversation("c1").notice.value?.next).toContain("Dana Roth");
  });

  it("rests apart from the line, and can be taken earlier", () => {
    const world = new World();
    world.connect([aTicket("c1", { snoozed_until: at(3_600) })]);
    expect(world.desk.queue.waiting.value).toEqual([]);
    expect(world.desk.queue.resting.value.map((one) => one.conversation_id)).toEqual(["c1"]);
    world.desk.claim("c1");
    expect(world.last("ticket.claim").conversation_id).toBe("c1");
  });
});

describe("the word that comes along", () => {
  it("stands in the conversation as a note of who passed it on", () => {
    const laid = blocks({
      entries: [
        aMessage(1),
        {
          type: "entry.created",
          conversation_id: "c1",
          pos: 2,
          kind: "handoff",
          data: { step: "transferred", by: "Dana Roth", to: "Maya Keller", note: "she knows the welds" },
          at: at(2),
        },
      ],
      reasons: new Map(),
      status: "waiting",
      own: () => false,
    });
    const note = laid.find((block) => block.kind === "note");
    expect(note?.message).toMatchObject({ text: "she knows the welds", author: { name: "Dana Roth" } });
  });
});

describe("colleagues", () => {
  it("are told what is in front of this agent, and shown in what they have in front of them", () => {
    const world = new World();
    world.connect([aTicket("c1")]);
    world.desk.choose("c1");
    expect(world.last("looks").conversation_id).toBe("c1");
    world.hear(anUpdate("c1"), { type: "colleagues.here", conversation_id: "c1", agents: [DANA] });
    expect(world.desk.conversation("c1").here.value).toEqual([DANA]);
    world.desk.choose(null);
    expect(world.last("looks").conversation_id).toBeNull();
  });
});

describe("resolving with a promise open", () => {
  it("asks once, then keeps the promise and resolves", () => {
    const world = new World();
    world.connect([aTicket("c1")]);
    world.take("c1");
    world.desk.resolve();
    world.nack(world.last("ticket.resolve"), "open_promises", "“gasket” is promised and open.");
    expect(world.desk.conversation("c1").askAboutPromises.value).toBe(true);
    world.desk.resolve(true, true);
    expect(world.last("ticket.resolve").keep_promises).toBe(true);
  });
});
