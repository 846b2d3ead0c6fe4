import { describe, expect, test } from "vitest";
import type { MessageCreated } from "../src/client/protocol.gen.ts";
import type { Pending } from "../src/model.ts";
import { type Row, timeline } from "../src/timeline.ts";

const NOW = new Date(2026, 10, 22, 12, 0);

function a_message(seq: number, fields: Partial<MessageCreated> = {}, minutes = 0): MessageCreated {
  return {
    type: "message.created",
    conversation_id: "c1",
    seq,
    id: `m${seq}`,
    client_id: null,
    author: { kind: "bot", name: "Assistant" },
    text: `message ${seq}`,
    attachments: [],
    buttons: [],
    card: null,
    sent_at: new Date(NOW.getTime() + minutes * 60_000).toISOString(),
    re: null,
  lang: null,
    ...fields,
  };
}

const VISITOR = { kind: "visitor", name: null } as const;
const a_pending = (text: string, state: Pending["state"]): Pending => ({
  command: { type: "message.send", client_id: text, text },
  at: NOW.getTime(),
  state,
  problem: null,
});

function rows(messages: MessageCreated[], more: Partial<Parameters<typeof timeline>[0]> = {}): Row[] {
  return timeline({ messages, pending: [], parcels: [], read: 0, isOffline: false, now: NOW, ...more });
}

const groups = (all: Row[]) => all.filter((row) => row.kind === "group");
const deliveries = (all: Row[]) => groups(all).flatMap((group) => group.bubbles.map((bubble) => bubble.delivery));
const chips = (all: Row[]) => groups(all).flatMap((g) => g.bubbles.flatMap((b) => b.chips.map((chip) => chip.title)));

describe("the timeline", () => {
  test("names a speaker once and again after a break", () => {
    const shown = groups(rows([a_message(1), a_message(2, {}, 1), a_message(3, {}, 9)]));
    expect(shown.map((group) => group.bubbles.length)).toEqual([2, 1]);
  });

  test("keeps bot and people apart, and two people too", () => {
    const maya = { kind: "agent", name: "Maya Keller" } as const;
    const dana = { kind: "agent", name: "Dana Roth" } as const;
    const shown = groups(rows([a_message(1), a_message(2, { author: maya }), a_message(3, { author: dana })]));
    expect(shown.map((group) => group.author.name)).toEqual(["Assistant", "Maya Keller", "Dana Roth"]);
  });

  test("heads each day once", () => {
    const shown = rows([a_message(1, {}, -3 * 24 * 60), a_message(2, {}, -24 * 60), a_message(3), a_message(4, {}, 10)]);
    expect(shown.flatMap((row) => (row.kind === "day" ? [row.label] : []))).toEqual([
      expect.stringMatching(/^Thursday,? \w+ \w+$/),
      "Yesterday",
      "Today",
    ]);
  });

  test("draws a short sentence of the system as a line, and lets the assistant say a long one", () => {
    const system = { kind: "system", name: null } as const;
    const long = "I hear you. A person is joining you; everything you wrote goes along with you.";
    const shown = rows([a_message(1, { author: system, text: "Maya has joined you." }), a_message(2, { author: system, text: long })]);
    expect(shown.map((row) => row.kind)).toEqual(["day", "note", "group"]);
    expect(groups(shown)[0]?.author.kind).toBe("bot");
  });

  test("says seen only up to what a person has read", () => {
    const shown = rows([a_message(1, { author: VISITOR }), a_message(2, { author: VISITOR })], { read: 1 });
    expect(deliveries(shown)).toEqual(["seen", "sent"]);
  });

  test("tells sending from waiting for the link", () => {
    const pending = [a_pending("landed", "landed"), a_pending("next", "queued"), a_pending("bad", "not_sent")];
    expect(deliveries(rows([], { pending }))).toEqual(["sent", "sending", "not_sent"]);
    expect(deliveries(rows([], { pending, isOffline: true }))).toEqual(["sent", "waiting", "not_sent"]);
  });

  test("offers quick replies until they are answered, by a tap or by typing", () => {
    const asked = a_message(1, { buttons: [{ title: "2018–20", payload: "/x" }] });
    expect(chips(rows([asked]))).toEqual(["2018–20"]);
    expect(chips(rows([asked, a_message(2)]))).toEqual(["2018–20"]);
    expect(chips(rows([asked, a_message(2, { author: VISITOR })]))).toEqual([]);
    expect(chips(rows([asked], { pending: [a_pending("2019", "queued")] }))).toEqual([]);
    expect(chips(rows([asked, a_message(2, { author: { kind: "agent", name: "Maya" } })]))).toEqual([]);
  });
});
