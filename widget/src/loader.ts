import { hearFrame, type Peer, post, type ToFrame, type ToLoader } from "./bridge.ts";
import { type Colours, Launcher } from "./launcher.ts";
import { launcherWords } from "./launcher-words.ts";

/** What `boot` and the script tag's `data-` attributes may say. */
interface Settings {
  site: string;
  /** BCP 47 tag; the visitor's own languages otherwise. */
  locale?: string;
  theme?: "light" | "dark" | "auto";
  /** `#rrggbb`, for the launcher before the chat was first opened. */
  accent?: string;
  /** The one line above the launcher on a first visit; "" for none. */
  teaser?: string;
}

const EVENTS = ["ready", "open", "close", "message", "unread", "handoff", "resolved"] as const;
type EventName = (typeof EVENTS)[number];
type Listener = (detail?: unknown) => void;
type Call = (command: string, ...values: unknown[]) => void;

/** Characters: what the frame takes. */
const LONGEST_TEXT = 4_000;
const LONGEST_TAG = 35;

const script = document.currentScript as HTMLScriptElement | null;
const origin = new URL(script?.src ?? location.href).origin;
const listeners: [EventName, Listener][] = [];
let running: Chat | null = null;

/** The chat in this page, from `boot` to `shutdown`. */
class Chat {
  readonly #settings: Settings;
  readonly #launcher: Launcher;
  readonly #peer: Peer = { window: () => this.#launcher.iframe?.contentWindow, origin };
  readonly #deaf: () => void;
  readonly #words;
  readonly #theme: "light" | "dark" | "auto";
  #isReady = false;
  #compose = "";
  #unread = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#theme = settings.theme === "light" || settings.theme === "dark" ? settings.theme : "auto";
    this.#words = launcherWords(settings.locale ?? navigator.language);
    this.#launcher = new Launcher({
      words: this.#words,
      theme: this.#theme,
      frameUrl: `${origin}/widget/frame?site=${encodeURIComponent(settings.site)}`,
      onToggle: () => this.toggle(),
      onDismiss: () => this.#dismiss(),
      onFrameLoad: () => this.#boot(),
    });
    this.#deaf = hearFrame(this.#peer, (message) => this.#hear(message));
    this.#launcher.paint(this.#colours());
    // Who has a conversation here hears an answer also with the panel closed; all others cost no request.
    if (this.#recall("kept") !== null) this.#launcher.connect();
    else if (this.#recall("visited") === null) this.#tease();
  }

  open(): void {
    if (this.#launcher.isOpen) return;
    this.#remember("visited", "1");
    this.#launcher.connect();
    this.#launcher.open();
    if (this.#isReady) this.#enter();
    emit("open");
  }

  close(): void {
    if (!this.#launcher.isOpen) return;
    this.#launcher.close();
    this.#post({ type: "close" });
    emit("close");
  }

  toggle(): void {
    if (this.#launcher.isOpen) this.close();
    else this.open();
  }

  /** Opens with these words in the field, for the visitor to send. */
  compose(text: string): void {
    this.open();
    this.#compose = text.slice(0, LONGEST_TEXT);
    if (this.#isReady) this.#fill();
  }

  /** Takes the chat away and forgets this visitor, as on a shared computer. */
  shutdown(): void {
    this.#post({ type: "shutdown" });
    for (const name of ["look", "kept", "visited"]) this.#remember(name, null);
    this.#deaf();
    // The frame needs a moment to clear its own storage before it goes.
    setTimeout(() => this.#launcher.remove(), 50);
  }

  #enter(): void {
    this.#post({ type: "open", isFull: this.#launcher.isFull });
  }

  #boot(): void {
    this.#isReady = false;
    this.#post({
      type: "boot",
      theme: this.#theme,
      locale: (this.#settings.locale ?? "").slice(0, LONGEST_TAG),
      isOpen: this.#launcher.isOpen,
    });
  }

  #hear(message: ToLoader): void {
    switch (message.type) {
      case "ready":
        return this.#ready();
      case "look":
        this.#launcher.paint(message);
        this.#launcher.call(message.name);
        return this.#remember("look", [message.light, message.dark].map(({ fill, on }) => `${fill} ${on}`).join(" "));
      case "close":
        return this.close();
      case "unread":
        return this.#count(message);
      case "event":
        return emit(message.name);
    }
  }

  #ready(): void {
    this.#isReady = true;
    this.#launcher.ready();
    if (this.#launcher.isOpen) this.#enter();
    this.#fill();
    emit("ready");
  }

  #fill(): void {
    if (this.#compose !== "") this.#post({ type: "compose", text: this.#compose });
    this.#compose = "";
  }

  #count(message: Extract<ToLoader, { type: "unread" }>): void {
    if (message.isKept) this.#remember("kept", "1");
    if (message.count !== this.#unread) emit("unread", message.count);
    const isMore = message.count > this.#unread;
    this.#unread = message.count;
    this.#launcher.count(message.count);
    if (isMore && message.text !== "") this.#launcher.tease(message);
    else if (message.count === 0) this.#launcher.tease(null);
  }

  /** As the frame last said; before that what the page says, before that ink. */
  #colours(): Colours {
    const [a, b, c, d] = this.#recall("look")?.split(" ") ?? [];
    if (a && b && c && d) return { light: { fill: a, on: b }, dark: { fill: c, on: d } };
    const accent = this.#settings.accent ?? "#171a21";
    const colours = { fill: accent, on: isLight(accent) ? "#171a21" : "#fff" };
    return { light: colours, dark: colours };
  }

  #tease(): void {
    const text = this.#settings.teaser ?? this.#words.teaser;
    if (text !== "") this.#launcher.tease({ text });
  }

  #dismiss(): void {
    this.#remember("visited", "1");
    this.#launcher.tease(null);
  }

  #post(message: ToFrame): void {
    post(this.#launcher.iframe?.contentWindow ?? null, origin, message);
  }

  /** Only what the visitor's own act brought about is kept, and never what was said. */
  #remember(name: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(this.#key(name));
      else localStorage.setItem(this.#key(name), value);
    } catch {
      // Storage is refused here: the chat works, it only begins like a first visit on the next page.
    }
  }

  #recall(name: string): string | null {
    try {
      return localStorage.getItem(this.#key(name));
    } catch {
      return null;
    }
  }

  #key(name: string): string {
    return `kickstand.${this.#settings.site}.${name}`;
  }
}

/** Too light for a white icon? By the usual weights of the eye for red, green and blue. */
function isLight(hex: string): boolean {
  const n = parseInt(hex.slice(1), 16);
  return (n >> 16) * 0.3 + ((n >> 8) & 255) * 0.59 + (n & 255) * 0.11 > 150;
}

function emit(name: EventName, detail?: unknown): void {
  for (const [wished, listener] of listeners) {
    if (wished === name) listener(detail);
  }
}

function boot(settings: unknown): void {
  const { site, ...rest } = (settings ?? {}) as Partial<Settings>;
  if (typeof site !== "string" || site === "") {
    console.warn("Kickstand: boot needs { site: 'KEY' }");
  } else {
    running ??= new Chat({ ...rest, site });
  }
}

const command: Call = (name, ...values) => {
  const [value, listener] = values;
  if (name === "boot") boot(value);
  else if (name === "on" && EVENTS.includes(value as EventName) && typeof listener === "function") {
    listeners.push([value as EventName, listener as Listener]);
  } else if (name === "message" && typeof value === "string") running?.compose(value);
  else if (name === "open" || name === "close" || name === "toggle") running?.[name]();
  else if (name === "shutdown") {
    running?.shutdown();
    running = null;
  } else console.warn(`Kickstand: unknown command "${name}"`);
};

/** Takes the place of the page's queueing stub and does what was asked of it. */
function begin(): void {
  const page = window as unknown as { Kickstand?: Call & { q?: ArrayLike<unknown>[] } };
  const asked = page.Kickstand?.q ?? [];
  page.Kickstand = command;
  const { site, locale, theme, accent, teaser } = (script?.dataset ?? {}) as Partial<Settings>;
  if (site !== undefined) {
    boot({ site, ...(locale && { locale }), ...(theme && { theme }), ...(accent && { accent }), ...(teaser !== undefined && { teaser }) });
  }
  for (const call of asked) command(...(Array.from(call) as [string, ...unknown[]]));
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
