import { describe, expect, it } from "vitest";
import type { AgentMessageCreated, OrderCard } from "@client/protocol.gen";
import { blocks, reasonsIn, type Block, type Entry } from "../src/model/timeline";
import { aMessage, aTicket, aTriage, at } from "./world";

const bot = (pos: number, text: string, more: Partial<AgentMessageCreated> = {}): AgentMessageCreated =>
  aMessage(pos, { author: { kind: "bot", name: "Larkmoor" }, text, client_id: null, ...more });
const agent = (pos: number, name: string, more: Partial<AgentMessageCreated> = {}): AgentMessageCreated =>
  aMessage(pos, { author: { kind: "agent", name }, ...more });

const lay = (entries: Entry[], status: "bot" | "waiting" | "human" = "human", ticket = aTicket("c1")): Block[] =>
  blocks({ entries, reasons: reasonsIn(entries, ticket), status, own: (name) => name === "Maya" });
const kinds = (laid: Block[]): string[] => laid.map((block) => block.kind).filter((kind) => kind !== "day");

describe("the thread", () => {
  it("folds what visitor and assistant said, and leaves what led to a person outside", () => {
    const angry = { reason: "emotion", text: 'angry words: "appalled"', start: 0, end: 8 } as const;
    const laid = lay([
      aMessage(1, { text: "mt07" }),
      bot(2, "Which year is your MT-07?"),
      aMessage(3, { text: "appalled" }),
      aTriage(4, [angry]),
      bot(5, "One moment."),
      agent(6, "Maya"),
    ]);
    expect(kinds(laid)).toEqual(["assistant", "group", "why", "assistant", "group"]);
    expect(laid.find((block) => block.kind === "assistant")).toMatchObject({
      turns: 1,
      summary: "asked “Which year is your MT-07?”",
      open: false,
    });
  });

  it("says in one line what the assistant did", () => {
    const order: OrderCard = {
      kind: "order",
      number: "1042",
      mark: "On time",
      tone: "calm",
      headline: "",
      sub: null,
      steps: [],
      action: null,
    };
    const [, part] = lay([aMessage(1), bot(2, "Here it is.", { card: order })]);
    expect(part).toMatchObject({ kind: "assistant", summary: "showed order #1042" });
  });

  it("opens the assistant's part while the assistant still has the conversation", () => {
    const [, part] = lay([aMessage(1), bot(2, "Hi!")], "bot");
    expect(part).toMatchObject({ kind: "assistant", open: true });
  });

  it("tells a whisper beside whoever holds it from a note of the holder, and from one while nobody does", () => {
    const step = (pos: number, name: string, by: string): Entry => ({
      type: "entry.created",
      conversation_id: "c1",
      pos,
      kind: "handoff",
      data: { step: name, by },
      at: at(pos),
    });
    const note = { note: true, seq: null };
    const laid = lay([
      agent(1, "Dana Roth", note),
      step(2, "claimed", "Maya Keller"),
      agent(3, "Maya", note),
      agent(4, "Dana Roth", note),
      step(5, "declined", "Iris Sandoval"),
      agent(6, "Dana Roth", note),
      step(7, "requeued", "Maya Keller"),
      agent(8, "Dana Roth", note),
      step(9, "taken_over", "Dana Roth"),
      agent(10, "Dana Roth", note),
      agent(11, "Maya", note),
    ]).flatMap((block) => (block.kind === "note" && block.whisper ? [block.message.pos] : []));
    expect(laid).toEqual([4, 6, 11]);
  });

  it("groups what one speaker says within minutes, and tells own words from a colleague's", () => {
    const laid = lay([
      agent(1, "Maya"),
      agent(2, "Maya"),
      agent(3, "Dana"),
      agent(4, "Dana", { sent_at: at(3_600) }),
    ]).filter((block) => block.kind === "group");
    expect(laid.map((block) => [block.side, block.messages.length])).toEqual([
      ["own", 2],
      ["colleague", 1],
      ["colleague", 1],
    ]);
  });

  it("explains a visitor who gets angry twice in a row once", () => {
    const angry = [{ reason: "emotion", text: "capitals", start: 0, end: 3 } as const];
    const laid = lay([aMessage(1), aTriage(2, angry), aMessage(3), aTriage(4, angry)]);
    expect(kinds(laid).filter((kind) => kind === "why")).toHaveLength(1);
  });

  it("ties a verdict to the message it judged, also when the visitor wrote on meanwhile", () => {
    const angry = [{ reason: "emotion", text: 'angry words: "appalled"', start: 5, end: 13 } as const];
    const entries = [aMessage(1), aMessage(2, { text: "I am Appalled" }), aMessage(3), aTriage(4, angry, 2), aMessage(5)];
    expect([...reasonsIn(entries, undefined).keys()]).toEqual([2]);
  });

  it("ties a verdict without quoted words to the last message before it", () => {
    const asked = [{ reason: "human_request", text: "tapped the button", start: null, end: null } as const];
    expect([...reasonsIn([aMessage(1), aMessage(2), aTriage(3, asked), aMessage(4)], undefined).keys()]).toEqual([2]);
  });

  it("finds the words of a ticket that triage did not open by its quote", () => {
    const reasons = reasonsIn(
      [aMessage(1, { text: "Is there a link pipe?" }), bot(2, "Let me ask."), aMessage(3, { text: "ok" })],
      aTicket("c1", {
        quote: "link pipe",
        requested_at: at(10),
        evidence: [{ reason: "other", text: "a gap in the catalogue", start: null, end: null }],
      }),
    );
    expect([...reasons.keys()]).toEqual([1]);
  });
});
