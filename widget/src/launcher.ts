import style from "./launcher.css?inline";
import type { LauncherWords } from "./launcher-words.ts";

/** `#rrggbb` of the button and of what is drawn on it, by day and by night. */
export type Colours = Record<"light" | "dark", { fill: string; on: string }>;

/** A teaser above the launcher: the page's one line, or what a person wrote. */
export interface Teaser {
  author?: string;
  initials?: string;
  at?: string;
  text: string;
}

export interface LauncherOptions {
  words: LauncherWords;
  theme: "light" | "dark" | "auto";
  frameUrl: string;
  onToggle: () => void;
  onDismiss: () => void;
  onFrameLoad: () => void;
}

const SPEECH = "M20 15.5a2 2 0 0 1-2 2H9l-5 4v-15a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2z";
const DOWN = "m5.5 9 6.5 6.5L18.5 9";
const CROSS = "m6 6 12 12M18 6 6 18";
const DARK = "(prefers-color-scheme: dark)";
const FULL = "(max-width: 479.98px), (max-height: 439.98px)";
/** Milliseconds. */
const SLOW_AFTER = 8_000;

/** What of the chat stands in the shop's page: button, teaser, panel. All DOM by hand, in a shadow root of its own. */
export class Launcher {
  iframe: HTMLIFrameElement | null = null;
  readonly #host = document.createElement("kickstand-chat");
  readonly #root = this.#host.attachShadow({ mode: "open" });
  readonly #button = make("button", "launcher");
  readonly #badge = make("span", "badge");
  readonly #panel = make("div", "panel");
  readonly #cover = make("div", "cover");
  readonly #icon: SVGPathElement;
  #teaser: HTMLElement | null = null;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #overflow = "";
  readonly #life = new AbortController();
  readonly #options: LauncherOptions;

  constructor(options: LauncherOptions) {
    this.#options = options;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#root.adoptedStyleSheets = [sheet];
    const icon = draw(SPEECH);
    this.#icon = icon.firstChild as SVGPathElement;
    this.#badge.hidden = this.#panel.hidden = true;
    this.#badge.setAttribute("aria-hidden", "true");
    this.#button.append(icon, this.#badge);
    this.#button.setAttribute("aria-haspopup", "dialog");
    this.#button.addEventListener("click", options.onToggle);
    this.#panel.setAttribute("role", "dialog");
    this.#panel.append(this.#cover);
    this.#root.append(this.#panel, this.#button);
    this.#host.addEventListener("keydown", (key) => {
      if (key.key === "Escape" && this.isOpen) options.onToggle();
    });
    const life = { signal: this.#life.signal };
    matchMedia(DARK).addEventListener("change", () => this.#scheme(), life);
    matchMedia(FULL).addEventListener("change", () => this.#layout(), life);
    for (const change of ["resize", "scroll"]) {
      window.visualViewport?.addEventListener(change, () => this.#fit(), life);
    }
    this.call("");
    this.#scheme();
    this.#name(0);
    document.body.append(this.#host);
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
    this.call("");
    this.#slow = setTimeout(() => this.#showSlow(), SLOW_AFTER);
  }

  /** The frame is drawn: what stood in for it goes. */
  ready(): void {
    clearTimeout(this.#slow);
    this.#cover.replaceChildren();
    this.#cover.hidden = true;
  }

  open(): void {
    this.tease(null);
    this.#panel.hidden = false;
    this.#icon.setAttribute("d", DOWN);
    this.#name(0);
    this.#layout();
    this.iframe?.focus();
    this.iframe?.contentWindow?.focus();
  }

  /** Focus returns to the launcher when it was inside. */
  close(): void {
    const wasInside = document.activeElement === this.#host;
    this.#panel.hidden = true;
    this.#icon.setAttribute("d", SPEECH);
    this.#layout();
    this.#name(0);
    if (wasInside) this.#button.focus();
  }

  /** The unread count, on the button and in its name. */
  count(unread: number): void {
    this.#badge.textContent = unread > 9 ? "9+" : String(unread);
    this.#badge.hidden = unread === 0 || this.isOpen;
    this.#name(unread);
  }

  /** The brand's colours. */
  paint(colours: Colours): void {
    for (const scheme of ["light", "dark"] as const) {
      this.#host.style.setProperty(`--fill-${scheme}`, colours[scheme].fill);
      this.#host.style.setProperty(`--on-${scheme}`, colours[scheme].on);
    }
  }

  /** The brand's name, for ears. */
  call(name: string): void {
    const label = this.#options.words.chat(name);
    this.#panel.setAttribute("aria-label", label);
    if (this.iframe !== null) this.iframe.title = label;
  }

  /** Shows a teaser; null takes it away. */
  tease(teaser: Teaser | null): void {
    this.#teaser?.remove();
    this.#teaser = null;
    if (teaser === null || this.isOpen) return;
    const say = make("button", "say");
    if (teaser.author) {
      const who = make("span", "who", `${teaser.author} ${teaser.at}`);
      who.prepend(make("span", "face", teaser.initials));
      say.append(who);
    }
    say.append(make("span", "words", teaser.text));
    say.addEventListener("click", this.#options.onToggle);
    const box = make("div", "teaser");
    box.setAttribute("role", "status");
    box.append(say, this.#cross(this.#options.words.dismiss, this.#options.onDismiss));
    this.#teaser = box;
    this.#root.insertBefore(box, this.#button);
  }

  remove(): void {
    clearTimeout(this.#slow);
    this.#panel.hidden = true;
    this.#layout();
    this.#life.abort();
    this.#host.remove();
  }

  #name(unread: number): void {
    const { words } = this.#options;
    this.#button.setAttribute("aria-expanded", String(this.isOpen));
    this.#button.setAttribute("aria-label", this.isOpen ? words.close : unread > 0 ? words.unread(unread) : words.open);
    if (this.isOpen) this.#badge.hidden = true;
  }

  #layout(): void {
    const isFull = this.isOpen && this.isFull;
    this.#panel.classList.toggle("full", isFull);
    this.#panel.setAttribute("aria-modal", String(isFull));
    this.#button.hidden = isFull;
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

  #scheme(): void {
    const { theme } = this.#options;
    const isDark = theme === "dark" || (theme === "auto" && matchMedia(DARK).matches);
    this.#host.dataset["scheme"] = isDark ? "dark" : "light";
  }

  #showSlow(): void {
    const again = make("button", "again", this.#options.words.again);
    again.addEventListener("click", () => {
      this.#cover.replaceChildren();
      this.iframe?.remove();
      this.iframe = null;
      this.connect();
    });
    const line = make("p", "", this.#options.words.slow);
    line.setAttribute("role", "status");
    this.#cover.append(line, again, this.#cross(this.#options.words.close, this.#options.onToggle));
  }

  #cross(label: string, act: () => void): HTMLElement {
    const cross = make("button", "dismiss");
    cross.setAttribute("aria-label", label);
    cross.append(draw(CROSS));
    cross.addEventListener("click", act);
    return cross;
  }
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string, text = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  if (element instanceof HTMLButtonElement) element.type = "button";
  return element;
}

function draw(path: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
