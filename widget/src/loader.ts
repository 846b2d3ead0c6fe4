import { Launcher } from "./launcher.ts";
import { launcherWords } from "./launcher-words.ts";
import type { Page } from "./page.ts";
import { fromTag, forget, given, recall, remember, type Settings } from "./settings.ts";

const EVENTS = ["ready", "open", "close", "message", "unread", "handoff", "resolved"] as const;
const COMMANDS = ["open", "close", "toggle", "message"] as const;
/** What a visitor waits for; the rest of the chat waits for the page. */
const URGENT = ["open", "toggle", "message"];
/** Milliseconds after the page's own words are there: with one picture that hangs, `load` never comes. */
const LONGEST_WAIT = 3_000;
/** Milliseconds that the frame of a chat that goes has to come and to clear its storage. */
const FAREWELL = 5_000;

/** What the page's code may listen to. */
export type EventName = (typeof EVENTS)[number];
export type Emit = (name: EventName, detail?: unknown) => void;
type Listener = (detail?: unknown) => void;
type Call = (command: string, ...values: unknown[]) => void;

const script = document.currentScript as HTMLScriptElement | null;
const origin = new URL(script?.src ?? location.href).origin;
const listeners: [EventName, Listener][] = [];
let chat: Chat | null = null;
/** While the last visitor is being forgotten nobody else begins. */
let leaving: Promise<unknown> | null = null;

/** The chat in this page, from `boot` to `shutdown`: a button and a line; everything else is fetched when it is wanted. */
class Chat {
  readonly #settings: Settings;
  readonly #launcher: Launcher;
  #page: Promise<Page> | null = null;
  #who: unknown;
  #isGone = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    const words = launcherWords(settings.locale ?? navigator.language);
    this.#launcher = new Launcher(words, {
      press: () => this.do("toggle"),
      want: () => this.#want(),
      dismiss: () => {
        remember(settings.site, "visited", "1");
        this.#launcher.tease(null);
      },
    });
    this.#launcher.wear(settings);
    this.#launcher.paint(...colours(settings));
    // The page before this one went while the visitor was being forgotten.
    if (recall(settings.site, "left")) this.#want();
    // Who has a conversation hears an answer also with the panel closed, and finds an open panel open on the next page.
    // All others cost no request.
    if (recall(settings.site, "open", "sessionStorage")) this.do("restore");
    else if (recall(settings.site, "kept")) this.do("listen");
    else if (!recall(settings.site, "visited")) this.#tease(settings.teaser ?? words.teaser);
  }

  /** Hands a command to the page's part of the chat, fetching that first. The order is kept. */
  do(name: (typeof COMMANDS)[number] | "restore" | "listen", value?: unknown): void {
    this.#fetch().then(
      (page) => this.#isGone || page[name](value as string),
      () => {
        if (name !== "listen" && !this.#isGone) this.#tease(launcherWords(this.#settings.locale ?? "").slow);
      },
    );
  }

  /** Kept until the chat is wanted: who never opens it costs no request by being signed in. `null`: nobody is. */
  identify(who: unknown): void {
    this.#who = who ?? undefined;
    if (who === null) {
      if (recall(this.#settings.site, "known")) void this.#leave();
      return;
    }
    void this.#page?.then((page) => page.identify(who), () => undefined);
  }

  #want(): void {
    this.#fetch().catch(() => undefined);
  }

  update(settings: object): void {
    Object.assign(this.#settings, settings);
    this.#launcher.wear(this.#settings);
    void this.#page?.then((page) => page.update());
  }

  /** Takes the chat away and forgets this visitor, as on a shared computer. */
  shutdown(): void {
    this.#isGone = true;
    this.#launcher.hide();
    const tooLong = new Promise((resolve) => setTimeout(resolve, FAREWELL));
    const left = Promise.race([this.#leave(), tooLong]).then(async () => {
      (await this.#page)?.remove();
      this.#launcher.remove();
      if (leaving === left) leaving = null;
    });
    leaving = left;
  }

  /** Forgets the visitor, here and in the frame. If the page goes before it is done, the next one goes on with it. */
  async #leave(): Promise<void> {
    const { site } = this.#settings;
    forget(site);
    remember(site, "left", "1");
    await this.#fetch().then((page) => this.#empty(page), () => undefined);
  }

  async #empty(page: Page): Promise<void> {
    await page.leave();
    remember(this.#settings.site, "left", null);
  }

  #fetch(): Promise<Page> {
    this.#page ??= this.#come().catch((problem: unknown) => {
      this.#page = null;
      throw problem;
    });
    return this.#page;
  }

  async #come(): Promise<Page> {
    if (!this.#isGone) await leaving;
    // Imported by this script: under a policy that trusts it by nonce, what it imports is trusted as well.
    const { Page } = (await import(/* @vite-ignore */ `${origin}/widget/page.js`)) as typeof import("./page.ts");
    const page = new Page(this.#launcher, this.#settings, origin, emit);
    if (recall(this.#settings.site, "left")) void this.#empty(page);
    if (this.#who !== undefined) page.identify(this.#who);
    return page;
  }

  #tease(text: string): void {
    if (text) this.#launcher.tease({ text });
  }
}

/** As the frame last said; before that what the page says, before that ink. */
function colours({ site, accent = "#171a21" }: Settings): [string, string, string, string] {
  const known = recall(site, "look")?.split(" ") ?? [];
  if (known.length === 4) return known as [string, string, string, string];
  const n = parseInt(accent.slice(1), 16);
  // Too light for a white icon? By the usual weights of the eye for red, green and blue.
  const on = (n >> 16) * 0.3 + ((n >> 8) & 255) * 0.59 + (n & 255) * 0.11 > 150 ? "#171a21" : "#fff";
  return [accent, on, accent, on];
}

function emit(name: EventName, detail?: unknown): void {
  for (const [wished, listener] of listeners) {
    if (wished === name) listener(detail);
  }
}

function warn(problem: string): void {
  console.warn(`Kickstand: ${problem}`);
}

const page = window as unknown as { Kickstand?: Call & { q?: ArrayLike<unknown>[] } };
/** Calls that wait for the page, those of its stub first; null once nothing waits any more. */
let waiting: unknown[][] | null = Array.from(page.Kickstand?.q ?? [], (call) => Array.from(call));

const command: Call = (name, value, listener) => {
  if (waiting) {
    waiting.push([name, value, listener]);
    if (URGENT.includes(name)) parsed(begin);
  } else if (name === "on") {
    if (EVENTS.includes(value as EventName) && typeof listener === "function") listeners.push([value as EventName, listener as Listener]);
    else warn(`no event "${value}"`);
  } else if (name === "boot") {
    const settings = given(value);
    if (chat) chat.update(settings);
    else if (settings.site) chat = new Chat(settings as Settings);
    else warn("boot needs { site: 'KEY' }");
  } else if (name === "update") chat?.update(given(value));
  else if (name === "identify") chat?.identify(value);
  else if (name === "shutdown") {
    chat?.shutdown();
    chat = null;
  } else if (COMMANDS.includes(name as (typeof COMMANDS)[number])) chat?.do(name as (typeof COMMANDS)[number], value);
  else warn(`no command "${name}"`);
};

/** Does what was asked of the page's stub and since, once. */
function begin(): void {
  const asked = waiting ?? [];
  waiting = null;
  for (const call of asked) command(...(call as [string, ...unknown[]]));
}

/** Once there is a body to be in. */
function parsed(act: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act);
  else act();
}

/** Some browsers have no idle callbacks; a moment later does as well. */
function idle(): void {
  if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: 1_000 });
  else setTimeout(begin, 1);
}

const { site } = script?.dataset ?? {};
// A page may bring this script twice, by its theme and by a tag manager: the first one goes on.
const isFirst = typeof page.Kickstand !== "function" || page.Kickstand.q;
if (isFirst) page.Kickstand = command;
else waiting = null;
if (site) {
  const boot = ["boot", fromTag(script!.dataset)] as const;
  if (isFirst) waiting?.unshift([...boot]);
  else page.Kickstand!(...boot);
}
// The button takes no time from the page: it comes when all of the page is there. An open panel is waited for.
if (waiting?.some(([name]) => URGENT.includes(name as string)) || (site && recall(site, "open", "sessionStorage"))) parsed(begin);
else if (document.readyState === "complete") idle();
else {
  addEventListener("load", idle);
  parsed(() => setTimeout(begin, LONGEST_WAIT));
}
