import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FoundPromise, LedgerPromise } from "@client/protocol.gen";
import { blankIn, Canned, filled } from "../src/model/canned";
import { Found } from "../src/model/found";
import { Ledger } from "../src/model/ledger";
import { localInput, momentsAhead } from "../src/model/moments";
import { rewritten, Wording } from "../src/model/wording";
import { at, MAYA } from "./world";

const LIST = {
  version: 1,
  phrases: [
    {
      where: "reply" as const,
      pattern: "\\b(?:(?:we|i) can(?:no|')t do (?:that|it) before ([a-z]+day))(?![\\w'-])",
      say: "$1 is the first moment we can do it",
      hint: null,
      why: "the soonest yes",
    },
    { where: "reply" as const, pattern: "\\b(?:unfortunately,?)(?![\\w'-])", say: "", hint: null, why: "bad news first" },
    { where: "reply" as const, pattern: "\\b(?:can't)(?![\\w'-])", say: null, hint: "say what you can do", why: "a door closed" },
    { where: "note" as const, pattern: "\\b(?:moron)(?![\\w'-])", say: "customer", hint: null, why: "they may read it" },
  ],
};

async function wording(): Promise<Wording> {
  const list = new Wording(() => Promise.resolve(LIST));
  await list.load();
  return list;
}

describe("wording", () => {
  it("finds what closes a door, the particular before the general, also with a curly apostrophe", async () => {
    const text = "Thanks. We can’t do that before Friday, unfortunately.";
    const found = (await wording()).findings(text, "reply");
    expect(found.map((one) => text.slice(one.start, one.end))).toEqual(["We can’t do that before Friday", "unfortunately"]);
    expect(found[0] && rewritten(text, found[0])).toBe("Thanks. Friday is the first moment we can do it, unfortunately.");
  });

  it("takes away what is only bad news, and begins the sentence anew", async () => {
    const text = "Unfortunately, the part is here.";
    const [found] = (await wording()).findings(text, "reply");
    expect(found && rewritten(text, found)).toBe("The part is here.");
  });

  it("leaves alone what has to be turned by hand, and tells notes from replies", async () => {
    const list = await wording();
    const [found] = list.findings("I can't", "reply");
    expect(found).toMatchObject({ say: null, hint: "say what you can do" });
    expect(found && rewritten("I can't", found)).toBe("I can't");
    expect(list.findings("what a moron", "reply")).toEqual([]);
    expect(list.findings("what a moron", "note")).toHaveLength(1);
  });

  it("finds nothing while the list is out of reach, and takes it later", async () => {
    let up = false;
    const list = new Wording(() => (up ? Promise.resolve(LIST) : Promise.reject(new Error("down"))));
    await list.load();
    expect(list.findings("I can't", "reply")).toEqual([]);
    up = true;
    await list.load();
    expect(list.findings("I can't", "reply")).toHaveLength(1);
  });
});

describe("canned answers", () => {
  const answers = [
    { id: "1", site: "s", title: "Leak, first steps", text: "Hi {name}, tighten the clamp on your {bike}. {me}" },
    { id: "2", site: "s", title: "Where it is", text: "Order {order} leaks no more" },
  ];

  it("are found by any of their words, a title that begins so first", async () => {
    const canned = new Canned(() => Promise.resolve({ answers }));
    await canned.load();
    expect(canned.matching("leak").map((one) => one.id)).toEqual(["1", "2"]);
    expect(canned.matching("order more").map((one) => one.id)).toEqual(["2"]);
  });

  it("fill in what is known and leave the rest to be seen", () => {
    const text = filled(answers[0]?.text ?? "", { name: "Ana", me: "Maya", bike: null, order: null });
    expect(text).toBe("Hi Ana, tighten the clamp on your {bike}. Maya");
    expect(blankIn(text)).toBe("{bike}");
    expect(blankIn("{unknown} {Ana}")).toBeNull();
  });
});

describe("promises in what is written", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const one: FoundPromise = { what: "I'll call you at 4.", due_at: at(600), start: 0, end: 19 };

  it("are asked for once the typing pauses, and not again once they were waved away", async () => {
    const asked: string[] = [];
    const found = new Found((_, text) => {
      asked.push(text);
      return Promise.resolve({ promises: [one] });
    });
    for (const text of ["I'll call", "I'll call you", "I'll call you at 4."]) found.typed("c1", text);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(["I'll call you at 4."]);
    expect(found.promises.value).toEqual([one]);
    found.settled(one);
    found.typed("c1", "I'll call you at 4. Thanks");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(found.promises.value).toEqual([]);
  });

  it("go when their words go", async () => {
    const found = new Found(() => Promise.resolve({ promises: [one] }));
    found.typed("c1", "I'll call you at 4.");
    await vi.advanceTimersByTimeAsync(1_000);
    found.typed("c1", "");
    expect(found.promises.value).toEqual([]);
  });
});

const aPromise = (id: string, due: number, more: Partial<LedgerPromise> = {}): LedgerPromise => ({
  id,
  conversation_id: "c1",
  what: id,
  made_at: at(0),
  due_at: at(due),
  owner: MAYA,
  backup: null,
  state: "open",
  reminded: false,
  alerted: false,
  was_late: false,
  ...more,
});

describe("the ledger", () => {
  it("shows what is due next first, and what is late or soon as at risk", async () => {
    const list = [aPromise("late", 1, { state: "broken" }), aPromise("b", 90), aPromise("a", 60, { reminded: true })];
    const never = (): Promise<LedgerPromise> => Promise.reject(new Error("no"));
    const ledger = new Ledger({ list: () => Promise.resolve(list), make: never, keep: never, reAgree: never });
    await ledger.load();
    expect(ledger.open.value.map((one) => one.id)).toEqual(["a", "b"]);
    expect(ledger.atRisk.value.map((one) => one.id)).toEqual(["a", "late"]);
    ledger.apply(aPromise("a", 60, { state: "kept" }));
    expect(ledger.openIn("c1").map((one) => one.id)).toEqual(["b"]);
  });

  it("keeps what it has when the server refuses, and says why", async () => {
    const refuse = (): Promise<LedgerPromise> => Promise.reject(new Error("That moment has passed."));
    const ledger = new Ledger({ list: () => Promise.resolve([]), make: refuse, keep: refuse, reAgree: refuse });
    expect(await ledger.make("c1", "call", at(-60), "form")).toBe(false);
    expect(ledger.failed.value).toBe("That moment has passed.");
  });
});

describe("moments ahead", () => {
  it("lie ahead, in order, tomorrow at nine among them", () => {
    const now = Date.parse(at(0));
    const ahead = momentsAhead(now).map((one) => Date.parse(one.at));
    expect(ahead.every((one) => one > now)).toBe(true);
    expect(new Date(ahead[2] ?? 0).getHours()).toBe(9);
    expect(localInput(now)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
  });
});
