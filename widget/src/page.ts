import { hearFrame, type Peer, post, type ToFrame, type ToLoader } from "./bridge.ts";
import type { Launcher } from "./launcher.ts";
import { launcherWords } from "./launcher-words.ts";
import type { Emit } from "./loader.ts";
import { Panel } from "./panel.ts";
import { type Proof, proofIn } from "./proof.ts";
import { panelWords, unreadWords } from "./panel-words.ts";
import { remember, type Settings } from "./settings.ts";

/** Characters: what the frame takes. */
const LONGEST_TEXT = 4_000;

/** The chat's part in the shop's page once it is wanted: the panel, and what page and frame tell each other. */
export class Page {
  readonly #launcher: Launcher;
  readonly #settings: Settings;
  readonly #emit: Emit;
  readonly #panel: Panel;
  readonly #peer: Peer;
  readonly #deaf: () => void;
  #isLoaded = false;
  #isReady = false;
  /** Until the frame has forgotten the visitor. */
  #leaving: Promise<void> | null = null;
  #onLeft: () => void = () => undefined;
  #takesFocus = false;
  #compose = "";
  #proof: Proof | null = null;
  #unread = 0;

  constructor(launcher: Launcher, settings: Settings, origin: string, emit: Emit) {
    const tag = settings.locale ?? navigator.language;
    const words = panelWords(tag);
    this.#launcher = launcher;
    this.#settings = settings;
    this.#emit = emit;
    this.#panel = new Panel(launcher, {
      words,
      slow: launcherWords(tag).slow,
      frameUrl: `${origin}/widget/frame?site=${encodeURIComponent(settings.site)}`,
      label: (isOpen) =>
        isOpen ? words.close : this.#unread > 0 ? unreadWords(words, tag, this.#unread) : launcherWords(tag).open,
      onClose: () => this.close(),
      onFrameLoad: () => this.#boot(),
    });
    this.#peer = { window: () => this.#panel.iframe?.contentWindow, origin };
    this.#deaf = hearFrame(this.#peer, (message) => this.#hear(message));
  }

  open(): void {
    if (this.#panel.isOpen) return;
    remember(this.#settings.site, "visited", "1");
    this.#show(true);
  }

  /** The panel was open on the page before: it is again, and focus stays where it is. */
  restore(): void {
    if (!this.#panel.isOpen) this.#show(false);
  }

  /** Connects without a panel, to hear answers. */
  listen(): void {
    this.#panel.connect();
  }

  close(): void {
    if (!this.#panel.isOpen) return;
    this.#panel.close();
    remember(this.#settings.site, "open", null, "sessionStorage");
    this.#post({ type: "close" });
    this.#emit("close");
  }

  toggle(): void {
    if (this.#panel.isOpen) this.close();
    else this.open();
  }

  /** Opens with these words in the field, for the visitor to send. */
  message(text: string): void {
    this.open();
    this.#compose = `${text}`.slice(0, LONGEST_TEXT);
    if (this.#isReady) this.#tell();
  }

  /** Who the visitor is, as the shop's server signed it. */
  identify(who: unknown): void {
    this.#proof = proofIn(who);
    if (this.#proof === null) console.warn("Kickstand: identify needs { token } or { user_id, exp, hash }, signed by your server");
    else if (this.#isReady) this.#tell();
  }

  /** The settings changed. */
  update(): void {
    if (this.#isReady) this.#post({ type: "update", ...this.#look(), ...this.#about() });
  }

  /** Has the frame forget the visitor, fetching it where it is not here. Who opens the chat meanwhile is somebody new. */
  leave(): Promise<void> {
    this.#unread = 0;
    this.#panel.count(0);
    this.#leaving ??= new Promise((resolve) => (this.#onLeft = resolve));
    this.#panel.connect();
    if (this.#isLoaded) this.#post({ type: "shutdown" });
    return this.#leaving;
  }

  /** Takes the panel out of the page. */
  remove(): void {
    this.#deaf();
    this.#panel.remove();
  }

  #left(): void {
    if (this.#leaving === null) return;
    this.#leaving = null;
    this.#isLoaded = this.#isReady = false;
    this.#panel.disconnect();
    if (this.#panel.isOpen) this.#panel.connect();
    this.#onLeft();
  }

  #show(takesFocus: boolean): void {
    this.#panel.connect();
    this.#panel.open(takesFocus);
    remember(this.#settings.site, "open", "1", "sessionStorage");
    this.#takesFocus = takesFocus;
    if (this.#isReady) this.#enter();
    this.#emit("open");
  }

  #enter(): void {
    this.#post({ type: "open", isFull: this.#panel.isFull, takesFocus: this.#takesFocus });
  }

  #boot(): void {
    this.#isLoaded = true;
    this.#isReady = false;
    if (this.#leaving !== null) return this.#post({ type: "shutdown" });
    if (this.#proof !== null) remember(this.#settings.site, "known", "1");
    this.#post({ type: "boot", ...this.#look(), ...this.#about(), isOpen: this.#panel.isOpen, proof: this.#proof });
    this.#proof = null;
  }

  #look(): { theme: "light" | "dark" | "auto"; locale: string } {
    const { theme, locale = "" } = this.#settings;
    return { theme: theme === "light" || theme === "dark" ? theme : "auto", locale: locale.slice(0, 35) };
  }

  #about(): { sku: string; vehicle: string; order: string } {
    const { sku = "", vehicle = "", order = "" } = this.#settings;
    return { sku, vehicle, order };
  }

  #hear(message: ToLoader): void {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        this.#panel.ready();
        if (this.#panel.isOpen) this.#enter();
        this.#tell();
        return this.#emit("ready");
      case "look": {
        const colours = [message.light.fill, message.light.on, message.dark.fill, message.dark.on];
        this.#launcher.paint(...colours);
        this.#panel.call(message.name);
        return remember(this.#settings.site, "look", colours.join(" "));
      }
      case "close":
        return this.close();
      case "left":
        return this.#left();
      case "unread":
        return this.#count(message);
      case "event":
        return this.#emit(message.name);
    }
  }

  /** What was to be told before the frame could hear. */
  #tell(): void {
    if (this.#proof !== null) {
      remember(this.#settings.site, "known", "1");
      this.#post({ type: "identify", proof: this.#proof });
    }
    if (this.#compose !== "") this.#post({ type: "compose", text: this.#compose });
    this.#compose = "";
    this.#proof = null;
  }

  #count(message: Extract<ToLoader, { type: "unread" }>): void {
    if (message.isKept) remember(this.#settings.site, "kept", "1");
    const isMore = message.count > this.#unread;
    if (message.count !== this.#unread) this.#emit("unread", message.count);
    this.#unread = message.count;
    this.#panel.count(message.count);
    if (isMore && message.text !== "" && !this.#panel.isOpen) this.#launcher.tease(message);
    else if (message.count === 0) this.#launcher.tease(null);
  }

  #post(message: ToFrame): void {
    post(this.#panel.iframe?.contentWindow ?? null, this.#peer.origin, message);
  }
}
