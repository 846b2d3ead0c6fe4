import { currentLocale } from "../../i18n.ts";

/** "Tue 24 Nov, 10:00 – 10:30", as the language writes a span. */
export function spanWords({ start, end }: { start: string; end: string }): string {
  return new Intl.DateTimeFormat(currentLocale(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatRange(new Date(start), new Date(end));
}
