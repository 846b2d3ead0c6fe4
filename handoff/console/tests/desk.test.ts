import { describe, expect, it } from "vitest";
import type { AgentMessageCreated } from "@client/protocol.gen";
import { MemoryShelf } from "@client/storage";
import { aMessage, anUpdate, aTicket, at, DANA, MAYA, World } from "./world";

const open = (world = new World()): World => {
  world.connect([aTicket("c1"), aTicket("c2", { visitor: "Joe K.", rank_at: at(10) })]);
  return world;
};

describe("a claim", () => {
  it("takes the first in line when nothing is chosen", () => {
    const world = open();
    world.desk.claim();
    expect(world.last("ticket.claim").conversation_id).toBe("c1");
  });

  it("takes the chosen one when it waits", () => {
    const world = open();
    world.desk.choose("c2");
    world.desk.claim();
    expect(world.last("ticket.claim").conversation_id).toBe("c2");
  });

  it("is won when the server says so: the hold is there and the field takes the focus", () => {
    const world = open();
    world.take("c1", 4);
    expect(world.desk.holds.value.get("c1")).toBe(4);
    expect(world.desk.wantsField.value).toBe(true);
  });

  it("that a colleague won is said at once, with their name, and nothing is held", () => {
    const world = open();
    world.desk.claim("c1");
    world.nack(world.last("ticket.claim"), "already_assigned", "Dana Roth has this conversation already; take the next one.");
    expect(world.desk.conversation("c1").notice.value?.fact).toBe("Dana has it.");
    expect(world.desk.queue.rows.value[0]).toMatchObject({ taken: "Dana" });
    expect(world.desk.holds.value.has("c1")).toBe(false);
  });

  it("is sent once, however often the key is pressed before the answer", () => {
    const world = open();
    world.desk.claim("c1");
    world.desk.claim("c1");
    expect(world.all("ticket.claim")).toHaveLength(1);
  });

  it("whose answer was lost shows after the reconnect as what the server says", () => {
    const world = open();
    world.desk.claim("c1");
    world.drop();
    expect(world.desk.conversation("c1").notice.value?.fact).toContain("connection dropped");
    world.connect([aTicket("c1", { state: "assigned", gen: 1, agent: MAYA })], { holds: [{ conversation_id: "c1", gen: 1 }] });
    expect(world.desk.holds.value.get("c1")).toBe(1);
  });
});

describe("a reply", () => {
  it("carries the generation of the hold", () => {
    const world = open();
    world.take("c1", 7);
    world.desk.conversation("c1").write("reply", "On its way.");
    expect(world.desk.submit()).toBe(true);
    expect(world.last("message.send")).toMatchObject({ text: "On its way.", gen: 7 });
  });

  it("of an agent who lost the conversation comes back to the field, with the reason", () => {
    const world = open();
    world.take("c1");
    const conversation = world.desk.conversation("c1");
    conversation.write("reply", "I am on it.");
    world.desk.submit();
    conversation.write("reply", "And another thing.");
    world.hear(anUpdate("c1", { status: "human", agent: DANA, gen: 2 }));
    world.nack(world.last("message.send"), "not_assigned", "This conversation is not yours any more.");
    expect(conversation.reply.value).toBe("I am on it.\n\nAnd another thing.");
    expect(conversation.notice.value?.fact).toBe("Dana has this conversation now.");
    expect(world.desk.letters.all.value).toEqual([]);
    expect(world.desk.holds.value.has("c1")).toBe(false);
  });

  it("stands in the thread from the moment it is sent until the log has it, and only once", () => {
    const world = open();
    world.take("c1");
    world.hear({ type: "synced", conversation_id: "c1", head: 0 });
    world.desk.conversation("c1").write("reply", "Hello Ana");
    world.desk.submit();
    const sent = world.last("message.send");
    const shown = (): number =>
      world.desk.letters.all.value.length + world.desk.conversation("c1").messages.value.length;
    expect(shown()).toBe(1);
    world.ack(sent, { pos: 1, seq: 1 });
    expect(shown()).toBe(1);
    world.hear(aMessage(1, { client_id: sent.client_id, author: { kind: "agent", name: "Maya" }, text: "Hello Ana" }));
    expect(shown()).toBe(1);
    expect(world.desk.letters.all.value).toEqual([]);
  });

  it("written offline goes out after the reconnect", () => {
    const world = open();
    world.take("c1");
    world.drop();
    world.desk.conversation("c1").write("reply", "Tracking follows tonight.");
    world.desk.submit();
    expect(world.all("message.send")).toEqual([]);
    world.connect([aTicket("c1", { state: "assigned", gen: 1, agent: MAYA })], { holds: [{ conversation_id: "c1", gen: 1 }] });
    expect(world.last("message.send").text).toBe("Tracking follows tonight.");
  });

  it("with *Send and resolve* is stored first and resolved then", () => {
    const world = open();
    world.take("c1");
    world.desk.conversation("c1").write("reply", "All set.");
    world.desk.submit(true);
    expect(world.all("ticket.resolve")).toEqual([]);
    world.ack(world.last("message.send"), { pos: 1, seq: 1 });
    expect(world.last("ticket.resolve")).toMatchObject({ conversation_id: "c1", gen: 1 });
  });

  it("longer than the limit stays in the field", () => {
    const world = open();
    world.take("c1");
    world.desk.conversation("c1").write("reply", "x".repeat(4_001));
    expect(world.desk.submit()).toBe(false);
    expect(world.desk.conversation("c1").reply.value).toHaveLength(4_001);
  });
});

describe("a note", () => {
  it("may be left by who does not hold the conversation, and carries no generation", () => {
    const world = open();
    world.desk.choose("c1");
    world.desk.conversation("c1").write("note", "Batch 7, I think.");
    expect(world.desk.submit()).toBe(true);
    expect(world.last("message.send")).toMatchObject({ note: true, text: "Batch 7, I think." });
    expect(world.last("message.send").gen).toBeUndefined();
  });
});

describe("resolving", () => {
  it("asks once about words that are not sent", () => {
    const world = open();
    world.take("c1");
    world.desk.conversation("c1").write("reply", "half a thou");
    world.desk.resolve();
    expect(world.all("ticket.resolve")).toEqual([]);
    expect(world.desk.conversation("c1").askAboutDraft.value).toBe(true);
    world.desk.resolve(true);
    expect(world.all("ticket.resolve")).toHaveLength(1);
  });
});

describe("drafts", () => {
  it("outlive a reload, each conversation its own", () => {
    const shelf = new MemoryShelf();
    const before = open(new World(shelf));
    before.desk.conversation("c1").write("reply", "for Ana");
    before.desk.conversation("c2").write("note", "about Joe");
    const after = open(new World(shelf));
    expect(after.desk.conversation("c1").reply.value).toBe("for Ana");
    expect(after.desk.conversation("c2").note.value).toBe("about Joe");
    expect(after.desk.conversation("c2").reply.value).toBe("");
  });

  it("are gone once they are sent", () => {
    const shelf = new MemoryShelf();
    const before = open(new World(shelf));
    before.take("c1");
    before.desk.conversation("c1").write("reply", "sent");
    before.desk.submit();
    expect(open(new World(shelf)).desk.conversation("c1").reply.value).toBe("");
  });
});

describe("after a dropped connection", () => {
  it("asks for every followed conversation after the last position it has", () => {
    const world = open();
    world.desk.choose("c1");
    world.hear(aMessage(1), aMessage(2), { type: "synced", conversation_id: "c1", head: 2 });
    world.drop();
    world.sent.length = 0;
    world.connect([aTicket("c1")]);
    expect(world.all("sync")).toEqual([{ type: "sync", conversation_id: "c1", after: 2 }]);
    expect(world.desk.caughtUp()).toBe(false);
    world.hear(aMessage(3), { type: "synced", conversation_id: "c1", head: 3 });
    expect(world.desk.caughtUp()).toBe(true);
  });

  it("has the log that a fresh console has, whatever came doubled, late or twice over", () => {
    const log = Array.from({ length: 30 }, (_, index) => aMessage(index + 1));
    const world = open();
    world.desk.choose("c1");
    const serve = (after: number): void => {
      world.hear(...log.filter((message) => message.pos > after), { type: "synced", conversation_id: "c1", head: 30 });
    };
    for (const message of shuffled(log)) {
      const asked = world.all("sync").length;
      world.hear(message, message);
      if (world.all("sync").length > asked && message.pos % 7 === 0) serve(world.last("sync").after);
    }
    serve(world.desk.conversation("c1").stream.last);
    const fresh = open();
    fresh.desk.choose("c1");
    fresh.hear(...log, { type: "synced", conversation_id: "c1", head: 30 });
    expect(world.desk.conversation("c1").entries.value).toEqual(fresh.desk.conversation("c1").entries.value);
  });

  it("throws its copy away when the store is another one", () => {
    const world = open();
    world.desk.choose("c1");
    world.hear(aMessage(1), aMessage(2));
    world.drop();
    world.connect([aTicket("c1")], { epoch: "e2" });
    expect(world.desk.conversation("c1").entries.value).toEqual([]);
    expect(world.last("sync").after).toBe(0);
  });

  it("keeps the agent away who was away", () => {
    const world = open();
    world.desk.setAvailable(false);
    world.drop();
    world.connect();
    expect(world.desk.available.value).toBe(false);
    expect(world.last("presence").available).toBe(false);
  });
});

describe("what is followed", () => {
  /** What a server that keeps the 20 conversations last asked for would still send. */
  const keptBy = (syncs: readonly { conversation_id: string }[]): Set<string> => {
    const order: string[] = [];
    for (const { conversation_id: id } of syncs) {
      if (order.includes(id)) order.splice(order.indexOf(id), 1);
      order.push(id);
      if (order.length > 20) order.shift();
    }
    return new Set(order);
  };

  it("is bounded, and the server keeps sending what the agent holds and looks at", () => {
    const world = open();
    world.take("c1");
    for (let index = 0; index < 60; index += 1) world.desk.choose(`browse-${index}`);
    const kept = keptBy(world.all("sync"));
    expect(kept.has("c1")).toBe(true);
    expect(kept.has("browse-59")).toBe(true);
    world.sent.length = 0;
    world.drop();
    world.connect([aTicket("c1", { state: "assigned", gen: 1, agent: MAYA })], { holds: [{ conversation_id: "c1", gen: 1 }] });
    expect(new Set(world.all("sync").map((command) => command.conversation_id))).toEqual(kept);
  });
});

describe("a new message in Mine", () => {
  const later = (more: Partial<AgentMessageCreated> = {}): AgentMessageCreated => aMessage(1, more);

  it("counts as unread and sounds while the agent looks elsewhere", () => {
    const world = open();
    world.take("c1");
    world.hear({ type: "synced", conversation_id: "c1", head: 0 });
    world.desk.choose("c2");
    world.hear(later());
    expect(world.desk.unread.value).toBe(1);
    expect(world.bell.rung).toContain("reply");
    world.desk.choose("c1");
    expect(world.desk.unread.value).toBe(0);
  });

  it("tells the visitor that it was seen, once it is in front of who holds it", () => {
    const world = open();
    world.take("c1");
    world.hear({ type: "synced", conversation_id: "c1", head: 0 }, later());
    expect(world.all("read")).toEqual([{ type: "read", conversation_id: "c1", seq: 1 }]);
  });

  it("says nothing to the visitor while somebody only reads along", () => {
    const world = open();
    world.desk.choose("c1");
    world.hear({ type: "synced", conversation_id: "c1", head: 0 }, later());
    expect(world.all("read")).toEqual([]);
  });
});

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  let state = 11;
  const mixed: T[] = [];
  while (left.length > 0) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    mixed.push(...left.splice(state % left.length, 1));
  }
  return mixed;
}
