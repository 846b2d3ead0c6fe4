import { describe, expect, it } from "vitest";
import type { HandedOver, Recommended, RecommendedBy, Voice } from "@client/protocol.gen";
import { percent, points, queryOf, Reports, type Asked } from "../src/model/reports";
import { at } from "./world";

const aWord = (score: number | null, why: string | null): RecommendedBy => ({
  conversation_id: `c${score}`,
  resolved_at: at(0),
  answered_at: at(1),
  score,
  why,
  feeling: null,
  solved: null,
  visitor: null,
  came_upset: false,
});
const aCase = (reason: HandedOver["reason"], left = false): HandedOver => ({
  conversation_id: reason,
  visitor: null,
  requested_at: at(0),
  reason,
  quote: "",
  gap: null,
  waited_s: null,
  left,
});
const recommended = (verbatims: RecommendedBy[]): Recommended => ({
  site: "larkmoor",
  days: 28,
  since: "2026-10-25T10:00:00Z",
  until: "2026-11-22T10:00:00Z",
  formula: "",
  asked: 0,
  n: 0,
  promoters: 0,
  passives: 0,
  detractors: 0,
  score: null,
  low: null,
  high: null,
  response_rate: null,
  solved: 0,
  not_solved: 0,
  scores: [],
  glad: 0,
  neutral: 0,
  upset: 0,
  came_upset: 0,
  upset_told: 0,
  recovered: 0,
  before: { n: 0, score: null },
  verbatims,
});
const voice = (cases: HandedOver[]): Voice => ({
  site: "larkmoor",
  days: 28,
  since: at(0),
  until: at(0),
  reasons: [],
  gaps: [],
  waits: { formula: "", answered: 0, left: 0, waiting: 0, median_s: null, p90_s: null },
  promises: { formula: "", due: 0, on_time: 0, late: 0, broken: 0, re_agreed: 0, open: 0, rate: null },
  cases,
});

/** Reports of an owner of these sites; `asked` remembers every query, and `answers` what each hears. */
class Owner {
  readonly asked: Asked[] = [];
  answers: ((asked: Asked) => Promise<Recommended>)[] = [];
  readonly reports: Reports;

  constructor(sites: readonly string[] = ["larkmoor"], words: RecommendedBy[] = [], cases: HandedOver[] = []) {
    this.reports = new Reports({
      sites: async () => sites.map((key) => ({ key, name: key })),
      recommended: async (asked) => {
        this.asked.push(asked);
        return (await this.answers.shift()?.(asked)) ?? recommended(words);
      },
      voice: async () => voice(cases),
      now: () => Date.parse("2026-11-22T10:00:00Z"),
    });
  }
}

describe("the owner's page", () => {
  it("is there for whoever may see the figures of a site, and begins with the first", async () => {
    const [owner, agent] = [new Owner(), new Owner([])];
    await owner.reports.load();
    await agent.reports.load();
    expect([owner.reports.mayBeSeen.value, agent.reports.mayBeSeen.value]).toEqual([true, false]);
    expect(owner.asked).toEqual([{ site: "larkmoor", days: 28, until: null }]);
    expect(agent.asked).toEqual([]);
  });

  it("shows the words behind a bar, and all words without one", async () => {
    const { reports } = new Owner(["larkmoor"], [aWord(3, "leaks"), aWord(9, "quick"), aWord(10, null), aWord(null, null)]);
    await reports.load();
    expect(reports.words.value.map((one) => one.why)).toEqual(["leaks", "quick"]);
    reports.pickScores(9, 10);
    expect(reports.words.value.map((one) => one.score)).toEqual([9, 10]);
    reports.pickScores(9, 10);
    expect(reports.words.value).toHaveLength(2);
  });

  it("shows the conversations behind a reason, and those who left", async () => {
    const { reports } = new Owner(["larkmoor"], [], [aCase("legal"), aCase("repeat", true), aCase("legal")]);
    await reports.load();
    reports.pickReason("legal");
    expect(reports.cases.value).toHaveLength(2);
    reports.pickReason("left");
    expect(reports.cases.value.map((one) => one.reason)).toEqual(["repeat"]);
  });

  it("goes back period by period and forward again until now", async () => {
    const { reports, asked } = new Owner();
    await reports.load();
    reports.earlier();
    expect(asked.at(-1)?.until).toBe("2026-10-25T10:00:00Z");
    reports.later();
    expect(asked.at(-1)?.until).toBe(null);
  });

  it("keeps the newest question's answer, whichever comes last, and says so when none comes", async () => {
    const owner = new Owner();
    let slow: (found: Recommended) => void = () => undefined;
    owner.answers = [() => new Promise((done) => (slow = done)), async () => recommended([aWord(9, "new")])];
    const first = owner.reports.load();
    await Promise.resolve();
    await Promise.resolve();
    await owner.reports.load();
    slow(recommended([aWord(0, "old")]));
    await first;
    expect(owner.reports.words.value.map((one) => one.why)).toEqual(["new"]);

    owner.answers = [() => Promise.reject(new Error("gone"))];
    await owner.reports.load();
    expect(owner.reports.state.value).toBe("failed");
    expect(owner.reports.words.value.map((one) => one.why)).toEqual(["new"]);
  });

  it("says points with their sign, and shares of nothing as nothing", () => {
    expect([46.4, -3.2, 0.2].map(points)).toEqual(["+46", "−3", "0"]);
    expect([percent(1, 3), percent(0, 0)]).toEqual([33, 0]);
    expect(queryOf({ site: "a&b", days: 7, until: at(0) })).toBe("site=a%26b&days=7&until=2026-11-22T10%3A00%3A00.000Z");
  });
});
