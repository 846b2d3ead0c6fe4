import { cross, type Launcher, make } from "./launcher.ts";
import style from "./panel.css?inline";
import type { PanelWords } from "./panel-words.ts";

const SPEECH = "M20 15.5a2 2 0 0 1-2 2H9l-5 4v-15a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2z";
const DOWN = "m5.5 9 6.5 6.5L18.5 9";
const FULL = "(max-width: 479.98px), (max-height: 439.98px)";
/** Milliseconds. */
const SLOW_AFTER = 8_000;

export interface PanelOptions {
  words: PanelWords;
  slow: string;
  frameUrl: string;
  /** The launcher's name for ears. */
  label: (isOpen: boolean) => string;
  onClose: () => void;
  onFrameLoad: () => void;
}

/** The panel beside the launcher, with our frame in it. All DOM by hand, in the launcher's shadow root. */
export class Panel {
  iframe: HTMLIFrameElement | null = null;
  readonly #panel = make("div", "panel");
  readonly #cover = make("div", "cover");
  readonly #launcher: Launcher;
  readonly #options: PanelOptions;
  readonly #life = new AbortController();
  #slow: ReturnType<typeof setTimeout> | undefined;
  #overflow = "";
  #name = "";

  constructor(launcher: Launcher, options: PanelOptions) {
    this.#launcher = launcher;
    this.#options = options;
    launcher.style(style);
    this.#panel.hidden = true;
    this.#panel.setAttribute("role", "dialog");
    this.#panel.append(this.#cover);
    launcher.root.prepend(this.#panel);
    const life = { signal: this.#life.signal };
    launcher.host.addEventListener("keydown", (key) => key.key === "Escape" && this.isOpen && options.onClose(), life);
    matchMedia(FULL).addEventListener("change", () => this.#layout(), life);
    for (const change of ["resize", "scroll"]) {
      window.visualViewport?.addEventListener(change, () => this.#fit(), life);
    }
    this.call("");
  }

  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  get isFull(): boolean {
    return matchMedia(FULL).matches;
  }

  /** Makes the iframe; until then nothing of the chat was asked for. */
  connect(): void {
    if (this.iframe !== null) return;
    this.iframe = document.createElement("iframe");
    this.iframe.src = this.#options.frameUrl;
    this.iframe.addEventListener("load", this.#options.onFrameLoad);
    this.#panel.prepend(this.iframe);
    this.call(this.#name);
    this.#slow = setTimeout(() => this.#showSlow(), SLOW_AFTER);
  }

  /** Takes the iframe away, and with it whatever it knew. */
  disconnect(): void {
    clearTimeout(this.#slow);
    this.iframe?.remove();
    this.iframe = null;
    this.#cover.replaceChildren();
    this.#cover.hidden = false;
  }

  /** The frame is drawn: what stood in for it goes. */
  ready(): void {
    clearTimeout(this.#slow);
    this.#cover.replaceChildren();
    this.#cover.hidden = true;
  }

  /** `takesFocus`: the visitor asked for it, rather than the page for what was open before. */
  open(takesFocus: boolean): void {
    this.#launcher.tease(null);
    this.#panel.hidden = false;
    this.#draw();
    if (!takesFocus) return;
    this.iframe?.focus();
    this.iframe?.contentWindow?.focus();
  }

  /** Focus returns to the launcher when it was inside. */
  close(): void {
    const wasInside = document.activeElement === this.#launcher.host;
    this.#panel.hidden = true;
    this.#draw();
    if (wasInside) this.#launcher.button.focus();
  }

  /** The unread count, on the button and in its name. */
  count(unread: number): void {
    this.#launcher.badge.textContent = unread > 9 ? "9+" : `${unread}`;
    this.#launcher.badge.hidden = unread === 0 || this.isOpen;
    this.#launcher.call(this.#options.label(this.isOpen));
  }

  /** The brand's name, for ears. */
  call(name: string): void {
    this.#name = name;
    const { chat, chatWith } = this.#options.words;
    const label = name === "" ? chat : chatWith.replace("{brand}", () => name);
    this.#panel.setAttribute("aria-label", label);
    if (this.iframe !== null) this.iframe.title = label;
  }

  remove(): void {
    clearTimeout(this.#slow);
    this.#panel.hidden = true;
    this.#layout();
    this.#life.abort();
    this.#panel.remove();
  }

  #draw(): void {
    const { button, badge, icon } = this.#launcher;
    icon.firstElementChild?.setAttribute("d", this.isOpen ? DOWN : SPEECH);
    button.setAttribute("aria-expanded", `${this.isOpen}`);
    this.#launcher.call(this.#options.label(this.isOpen));
    if (this.isOpen) badge.hidden = true;
    this.#layout();
  }

  #layout(): void {
    const isFull = this.isOpen && this.isFull;
    this.#panel.classList.toggle("full", isFull);
    this.#panel.setAttribute("aria-modal", `${isFull}`);
    this.#launcher.button.hidden = isFull;
    const page = document.documentElement.style;
    if (isFull && this.#overflow === "") {
      this.#overflow = page.overflow || "visible";
      page.setProperty("overflow", "hidden");
    } else if (!isFull && this.#overflow !== "") {
      page.setProperty("overflow", this.#overflow === "visible" ? "" : this.#overflow);
      this.#overflow = "";
    }
    this.#fit();
  }

  /** On a full screen the panel is what the on-screen keyboard leaves free. */
  #fit(): void {
    const viewport = window.visualViewport;
    const isFull = viewport && this.#panel.classList.contains("full");
    this.#panel.style.setProperty("height", isFull ? `${viewport.height}px` : "");
    this.#panel.style.setProperty("top", isFull ? `${viewport.offsetTop}px` : "");
  }

  #showSlow(): void {
    const again = make("button", "again", this.#options.words.again);
    again.onclick = () => {
      this.disconnect();
      this.connect();
    };
    const line = make("p", "", this.#options.slow);
    line.setAttribute("role", "status");
    this.#cover.append(line, again, cross(this.#options.words.close, this.#options.onClose));
  }
}
