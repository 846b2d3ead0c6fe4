import { computed, signal } from "@preact/signals";
import { locale, t } from "../i18n";
import { dayOf } from "./timeline";

/** Ticks once a second and knows how far the server's clock is from this one. */
export class Clock {
  readonly second = signal(Date.now());
  private offset = 0;
  private timer: ReturnType<typeof setInterval> | null = null;

  start(): void {
    this.timer ??= setInterval(() => this.tick(), 1_000);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** The server says what time it is (ISO). */
  set(serverNow: string): void {
    this.offset = Date.parse(serverNow) - Date.now();
    this.tick();
  }

  now(): number {
    return Date.now() + this.offset;
  }

  private tick(): void {
    this.second.value = this.now();
  }

  readonly minute = computed(() => Math.floor(this.second.value / 60_000));
}

/** How long, as a stopwatch shows it: 0:08, 1:12, 1:04:30. */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const clockFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
const dayFormat = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });
const dateFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const fullFormat = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });

export const clockTime = (at: string | number): string => clockFormat.format(new Date(at));
export const fullTime = (at: string): string => fullFormat.format(new Date(at));
export const shortDate = (at: string): string => dateFormat.format(new Date(at));

/** Today, Yesterday, or "Tue 3 Nov". */
export function dayName(at: string, now: number): string {
  const day = dayOf(at);
  if (day === dayOf(new Date(now).toISOString())) return t.thread.today;
  if (day === dayOf(new Date(now - 86_400_000).toISOString())) return t.thread.yesterday;
  return dayFormat.format(new Date(at));
}

/** How long ago, in a word: now, 4 m, 3 h, 14 Nov. */
export function ago(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return t.queue.now;
  if (minutes < 60) return t.queue.minutes(minutes);
  if (minutes < 24 * 60) return t.queue.hours(Math.floor(minutes / 60));
  return shortDate(at);
}
