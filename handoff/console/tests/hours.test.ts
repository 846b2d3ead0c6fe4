import { describe, expect, it } from "vitest";
import type { HoursPlan } from "@client/protocol.gen";
import { changed, longer, same, toHours, toPlan, without, type Span } from "../src/model/hours";

const STORED: HoursPlan = {
  tz: "Europe/Berlin",
  weekly: { mon: [["09:00", "12:00"], ["13:00", "24:00"]], sun: [] },
  days: { "2026-12-25": [], "2026-12-24": [["09:00", "13:00"]] },
};

describe("hours that are edited", () => {
  it("come back as they were, with every weekday named and days in order", () => {
    const plan = toPlan(STORED);
    expect(plan.days.map((day) => day.date)).toEqual(["2026-12-24", "2026-12-25"]);
    expect(toHours(plan).weekly.mon).toEqual(STORED.weekly.mon);
    expect(toHours(plan).days).toEqual(STORED.days);
    expect(same(plan, toPlan(STORED))).toBe(true);
  });

  it("end at midnight where the field says 0:00", () => {
    expect(toPlan(STORED).week.mon[1]).toEqual(["13:00", "00:00"]);
    expect(toHours(toPlan(STORED)).weekly.mon?.[1]).toEqual(["13:00", "24:00"]);
  });

  it("are sent in order, whatever was typed first, and without days that have no date yet", () => {
    const plan = toPlan(STORED);
    plan.week.tue = [["13:00", "15:00"], ["08:00", "12:00"]];
    plan.days.push({ date: "", spans: [] });
    expect(toHours(plan).weekly.tue).toEqual([["08:00", "12:00"], ["13:00", "15:00"]]);
    expect(Object.keys(toHours(plan).days)).toHaveLength(2);
  });

  it("grow by the usual day, then by an hour later, six stretches at most", () => {
    let spans: Span[] = [];
    for (let n = 0; n < 9; n += 1) spans = longer(spans);
    expect(spans).toHaveLength(6);
    expect(spans.slice(0, 2)).toEqual([["09:00", "18:00"], ["19:00", "20:00"]]);
    expect(without(spans, 0)[0]).toEqual(["19:00", "20:00"]);
    expect(changed(spans, 0, 1, "17:00")[0]).toEqual(["09:00", "17:00"]);
  });
});
