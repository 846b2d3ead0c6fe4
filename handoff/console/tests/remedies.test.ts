import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Allowance, MadeRight, NewRemedy, RemedyRules, WeighedRemedy } from "@client/protocol.gen";
import { minorOf, Remedies, typed, type RemedyDoors } from "../src/model/remedies";
import { closed, opened } from "../src/model/rules";

const ALLOWANCE: Allowance = {
  conversation_id: "c1",
  level: "agent",
  says: "You may: up to $150 here, $600 left today.",
  currency: "USD",
  here: 15_000,
  day: 60_000,
  per_case: 15_000,
  menu: [
    { remedy: "spare", what: "", minor: 1_500 },
    { remedy: "free_text", what: "", minor: null },
  ],
  orders: ["1042"],
  second: [],
  remedies: [],
};
const ALLOWED: WeighedRemedy = { kind: "allowed", says: "", ask: null, second: [] };
const silent = { blocked: { value: false }, ring: () => true, call: () => {}, unblock: async () => {} };

describe("making it right", () => {
  let given: NewRemedy[];
  let doors: RemedyDoors;
  let fails: boolean;

  beforeEach(() => {
    vi.useFakeTimers();
    given = [];
    fails = false;
    doors = {
      allowance: async () => ALLOWANCE,
      weigh: async () => ALLOWED,
      give: async (_, remedy) => {
        given.push(remedy);
        if (fails) throw new Error("The server is out of reach.");
        return { state: "going" } as MadeRight;
      },
      decide: async () => ({}) as MadeRight,
      withdraw: async () => ({}) as MadeRight,
      asked: async () => [],
    };
  });

  const picking = async (): Promise<Remedies> => {
    const remedies = new Remedies(doors, silent);
    remedies.show("c1");
    await vi.runAllTimersAsync();
    remedies.pick(0, { remedy: "spare", what: "", minor: 1_500 });
    await vi.runAllTimersAsync();
    return remedies;
  };

  it("sends the same id again after a failure, and another one for the next remedy", async () => {
    const remedies = await picking();
    fails = true;
    await remedies.give(3);
    expect(remedies.problem.value).toBe("The server is out of reach.");
    fails = false;
    await remedies.give(3);
    remedies.pick(0, { remedy: "spare", what: "", minor: 1_500 });
    await vi.runAllTimersAsync();
    await remedies.give(3);
    const ids = given.map((one) => one.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(remedies.picked.value.size).toBe(0);
  });

  it("gives once however often it is clicked while it is on its way", async () => {
    const remedies = await picking();
    await Promise.all([remedies.give(3), remedies.give(3), remedies.give(3)]);
    expect(given).toHaveLength(1);
    expect(given[0]).toMatchObject({ gen: 3, currency: "USD", order_number: "1042", ask: false });
  });

  it("asks a second person where one is needed", async () => {
    doors.weigh = async () => ({ ...ALLOWED, kind: "ask", ask: "senior" });
    const remedies = await picking();
    await remedies.give(3);
    expect(given[0]?.ask).toBe(true);
  });

  it("waits for words and an amount that can be read", async () => {
    const remedies = await picking();
    remedies.pick(1, { remedy: "free_text", what: "", minor: null });
    expect(remedies.parts.value).toBeNull();
    remedies.edit(1, { what: "Workshop visit", minor: 9_000 });
    expect(remedies.total.value).toBe(10_500);
  });
});

it("amounts are read as they are written", () => {
  const cases: [string, string, number | null][] = [
    ["12", "USD", 1_200],
    ["12.5", "USD", 1_250],
    [" 12,05 ", "EUR", 1_205],
    ["12.345", "USD", null],
    ["5000", "JPY", 5_000],
    ["5.5", "JPY", null],
    ["-3", "USD", null],
    ["", "USD", null],
    ["1e3", "USD", null],
  ];
  expect(cases.map(([text, currency]) => minorOf(text, currency))).toEqual(cases.map(([, , minor]) => minor));
  expect([typed(1_250, "USD"), typed(1_200, "USD"), typed(5_000, "JPY")]).toEqual(["12.50", "12", "5000"]);
});

it("rules that are opened and saved unchanged are the same, and an amount that cannot be read is told", () => {
  const rules: RemedyRules = {
    site: "larkmoor",
    name: "Larkmoor",
    currency: "USD",
    roles: {
      bot: { per_case: 1_500, per_day: 1_500, needs_note: false, remedies: { refund: null } },
      agent: { per_case: 15_000, per_day: 60_000, needs_note: false, remedies: { loaner: { per_case: 100, per_day: null } } },
      senior: { per_case: 50_000, per_day: null, needs_note: false, remedies: {} },
      supervisor: { per_case: null, per_day: null, needs_note: true, remedies: {} },
    },
    menu: [{ remedy: "spare", what: "Gasket", minor: 650 }],
  };
  const shown = opened(rules);
  expect(closed(shown)).toEqual(rules);
  const { agent } = shown.levels;
  const wrong = { ...shown, levels: { ...shown.levels, agent: { ...agent, all: { perCase: "abc", perDay: "" } } } };
  expect(closed(wrong)).toBeNull();
  expect(closed({ ...shown, currency: "usd" })).toBeNull();
});
