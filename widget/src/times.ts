import { currentLocale, t } from "./i18n.ts";

const DAY = 86_400_000;

/** "09:14" on the visitor's clock. */
export function clock(at: Date): string {
  return at.toLocaleTimeString(currentLocale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "18:00" today, "Mon 9:00" within a week, "Mon 4 Jan, 9:00" later. */
export function moment(at: Date, now: Date): string {
  const hour = at.toLocaleTimeString(currentLocale(), { hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  if (sameDay(at, now)) return hour;
  const far = Math.abs(at.getTime() - now.getTime()) > 6 * DAY;
  const day = at.toLocaleDateString(
    currentLocale(),
    far ? { weekday: "short", day: "numeric", month: "short" } : { weekday: "short" },
  );
  return far ? `${day}, ${hour}` : `${day} ${hour}`;
}

/** "Today", "Yesterday", "Saturday 28 November". */
export function dayName(at: Date, now: Date): string {
  if (sameDay(at, now)) return t("today");
  if (sameDay(at, new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return t("yesterday");
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  const name = at.toLocaleDateString(currentLocale(), { weekday: "long", day: "numeric", month: "long", ...year });
  return name.replace(/^(\p{L}+),/u, "$1");
}

export function sameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

/** Minor units to "€329" or "€329.50": whole amounts without decimals. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(currentLocale(), { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const major = amount / 10 ** digits;
  return new Intl.NumberFormat(currentLocale(), {
    style: "currency",
    currency,
    minimumFractionDigits: Number.isInteger(major) ? 0 : digits,
  }).format(major);
}
