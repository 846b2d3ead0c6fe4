import type { HoursPlan } from "@client/protocol.gen";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export type Span = [string, string];

const USUAL: Span = ["09:00", "18:00"];
const MOST_SPANS = 6;

/** A plan while it is edited: every weekday is there, and special days stand in order. Midnight at the end is "00:00". */
export interface Plan {
  tz: string;
  week: Record<Weekday, Span[]>;
  days: { date: string; spans: Span[] }[];
}

const fromWire = (spans: readonly (readonly string[])[] | undefined): Span[] =>
  (spans ?? []).map(([opens = "", closes = ""]) => [opens, closes === "24:00" ? "00:00" : closes]);

/** A time field cannot say 24:00: who closes at 0:00 closes at the midnight that ends the day. */
const toWire = (spans: readonly Span[]): [string, string][] =>
  [...spans]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([opens, closes]) => [opens, closes === "00:00" ? "24:00" : closes]);

export function toPlan(hours: HoursPlan): Plan {
  return {
    tz: hours.tz,
    week: Object.fromEntries(WEEKDAYS.map((day) => [day, fromWire(hours.weekly[day])])) as Plan["week"],
    days: Object.entries(hours.days)
      .map(([date, spans]) => ({ date, spans: fromWire(spans) }))
      .sort((a, b) => (a.date < b.date ? -1 : 1)),
  };
}

export function toHours(plan: Plan): HoursPlan {
  return {
    tz: plan.tz,
    weekly: Object.fromEntries(WEEKDAYS.map((day) => [day, toWire(plan.week[day])])) as NonNullable<HoursPlan["weekly"]>,
    days: Object.fromEntries(plan.days.filter((day) => day.date !== "").map((day) => [day.date, toWire(day.spans)])),
  };
}

/** One more stretch: the usual day, or what follows the last one by an hour. */
export function longer(spans: readonly Span[]): Span[] {
  const last = spans.at(-1);
  if (spans.length >= MOST_SPANS) return [...spans];
  if (last === undefined) return [USUAL];
  const opens = Math.min(Number(last[1].slice(0, 2)) + 1, 22);
  const hour = (at: number): string => `${String(at).padStart(2, "0")}:00`;
  return [...spans, [hour(opens), hour(opens + 1)]];
}

export const without = (spans: readonly Span[], index: number): Span[] => spans.filter((_, at) => at !== index);

export const changed = (spans: readonly Span[], index: number, side: 0 | 1, to: string): Span[] =>
  spans.map((span, at) => (at !== index ? span : side === 0 ? [to, span[1]] : [span[0], to]));

export const same = (a: Plan, b: Plan): boolean => JSON.stringify(toHours(a)) === JSON.stringify(toHours(b));

/** Every zone that the browser knows, for choosing one. */
export const zones = (): readonly string[] => ["UTC", ...Intl.supportedValuesOf("timeZone")];
