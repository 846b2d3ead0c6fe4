import { describe, expect, it } from "vitest";
import type { SecondPerson } from "@client/protocol.gen";
import { atRisk } from "../src/model/wall";
import { atLeast, ROLES } from "../src/model/roles";
import { aMessage, at, aTicket, DANA, MAYA, World } from "./world";

const rings = (more: Partial<SecondPerson> = {}): SecondPerson => ({
  type: "second.person",
  conversation_id: "c9",
  visitor: "Ana P.",
  about: null,
  holder: DANA,
  reason: "emotion",
  quote: "still leaking!!",
  at: at(0),
  agent: MAYA,
  until: at(60),
  settled: false,
  ...more,
});

function connected(): World {
  const world = new World();
  world.connect();
  return world;
}

describe("standing by", () => {
  it("rings one soft note at who is asked, and stays in sight until somebody looks", () => {
    const world = connected();
    world.hear(rings());
    world.hear(rings({ quote: "and more" }));
    expect(world.bell.rung).toEqual(["reply"]);
    expect(world.desk.standby.value.map((one) => one.quote)).toEqual(["and more"]);
    world.hear(rings({ settled: true }));
    expect(world.desk.standby.value).toEqual([]);
  });

  it("is silent for everybody else, and comes when it passes on", () => {
    const world = connected();
    world.hear(rings({ agent: DANA }));
    expect(world.desk.standby.value).toEqual([]);
    expect(world.bell.rung).toEqual([]);
    world.hear(rings());
    expect(world.bell.rung).toEqual(["reply"]);
  });

  it("looking is told to the server, and the row leaves at once", () => {
    const world = connected();
    world.hear(rings());
    world.desk.choose("c9");
    expect(world.last("looks")).toEqual({ type: "looks", conversation_id: "c9" });
    expect(world.desk.standby.value).toEqual([]);
  });
});

describe("a whisper", () => {
  it("counts and sounds like a reply in a conversation of one's own; one's own note does neither", () => {
    const world = new World();
    world.connect([aTicket("c1", { state: "assigned", agent: MAYA, gen: 1 })], { holds: [{ conversation_id: "c1", gen: 1 }] });
    world.hear({ type: "synced", conversation_id: "c1", head: 0 });
    const note = { note: true, seq: null, author: { kind: "agent", name: DANA.name } } as const;
    world.hear(aMessage(1, note));
    expect(world.desk.unread.value).toBe(1);
    expect(world.bell.rung).toEqual(["reply"]);
    world.hear(aMessage(2, { ...note, author: { kind: "agent", name: MAYA.name } }));
    expect(world.desk.unread.value).toBe(1);
  });
});

describe("taking over", () => {
  it("asks the server, and goes on under the generation it gives", () => {
    const world = connected();
    world.desk.takeOver("c9");
    const asked = world.last("ticket.take_over");
    expect(asked.conversation_id).toBe("c9");
    world.ack(asked, { gen: 7 });
    expect(world.desk.holds.value.get("c9")).toBe(7);
  });
});

describe("the wall", () => {
  it("tells who waits past the promise from who comes close to it", () => {
    const line = [aTicket("a", { requested_at: at(0) }), aTicket("b", { requested_at: at(60) }), aTicket("c", { requested_at: at(150) })];
    expect(atRisk(line, 180, Date.parse(at(200)))).toEqual({ late: 1, soon: 1 });
  });

  it("is for supervisors and more", () => {
    expect(ROLES.filter((role) => atLeast(role, "supervisor"))).toEqual(["supervisor", "admin"]);
  });
});
