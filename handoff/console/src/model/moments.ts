import { locale, t } from "../i18n";

const HOUR = 3_600_000;
const MORNING = 9;
const format = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export const dayAndTime = (at: string | number): string => format.format(new Date(at));

/** Nine o'clock on the next day, on this device's clock. */
export function tomorrowMorning(now: number): number {
  const day = new Date(now);
  day.setDate(day.getDate() + 1);
  return day.setHours(MORNING, 0, 0, 0);
}

function nextMonday(now: number): number {
  const day = new Date(tomorrowMorning(now));
  while (day.getDay() !== 1) day.setDate(day.getDate() + 1);
  return day.getTime();
}

/** What one mostly wants: in an hour, in three, tomorrow, on Monday. */
export function momentsAhead(now: number): { words: string; at: string }[] {
  const iso = (at: number): string => new Date(at).toISOString();
  return [
    { words: t.snooze.hour, at: iso(now + HOUR) },
    { words: t.snooze.hours, at: iso(now + 3 * HOUR) },
    { words: t.snooze.tomorrow, at: iso(tomorrowMorning(now)) },
    { words: t.snooze.monday, at: iso(nextMonday(now)) },
  ];
}

/** As a `datetime-local` field takes it. */
export function localInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
