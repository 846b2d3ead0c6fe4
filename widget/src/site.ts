import { type Signal, signal } from "@preact/signals";
import type { Availability, SiteInfo } from "./client/protocol.gen.ts";
import { toldLocale, useLocale } from "./i18n.ts";
import { honestly } from "./links.ts";

/** Milliseconds: so that not every open page asks in the same second. */
const SPREAD = 20_000;
/** `setTimeout` counts in 32 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What is known of the shop, and whether people are there now. */
export class Site {
  readonly info: Signal<SiteInfo | null> = signal(null);
  readonly availability: Signal<Availability | null> = signal(null);
  #change: ReturnType<typeof setTimeout> | undefined;
  #languages: readonly string[];
  readonly #ask: () => void;

  /** `languages`: BCP 47 tags, the most wished for first. `ask`: fetches the facts anew, which come back to `meet`. */
  constructor(languages: readonly string[], ask: () => void) {
    this.#languages = languages;
    this.#ask = ask;
    useLocale(...languages);
  }

  /** The page asks for another language. */
  speak(languages: readonly string[]): void {
    this.#languages = languages;
    useLocale(...languages, this.info.value?.locale ?? "");
  }

  meet(info: SiteInfo): void {
    useLocale(...this.#languages, info.locale);
    this.info.value = honestly(info);
    this.keepHours(info.availability);
  }

  /** The site as it speaks to this visitor: what it has no words for in their language stays in its own. */
  static speaking(info: SiteInfo): SiteInfo {
    const own = info.words[toldLocale().toLowerCase().split("-")[0] ?? ""];
    return { ...info, greeting: own?.greeting ?? info.greeting, starters: own?.starters ?? info.starters, notice: own?.notice ?? info.notice };
  }

  /** Who is there changes by the clock: asks anew at that moment. */
  keepHours(availability: Availability): void {
    this.availability.value = availability;
    this.leave();
    if (availability.changes_at === null) return;
    const wait = Date.parse(availability.changes_at) - Date.now() + SPREAD * Math.random();
    if (wait > 0 && wait < LONGEST_TIMER) this.#change = setTimeout(this.#ask, wait);
  }

  /** Asks no more. */
  leave(): void {
    clearTimeout(this.#change);
  }
}
