import style from "./launcher.css?inline";
import type { LauncherWords } from "./launcher-words.ts";
import type { Settings } from "./settings.ts";

/** A teaser above the launcher: the page's one line, or what a person wrote. */
export interface Teaser {
  author?: string;
  initials?: string;
  at?: string;
  text: string;
}

const SPEECH = "M20 15.5a2 2 0 0 1-2 2H9l-5 4v-15a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2z";
const CROSS = "m6 6 12 12M18 6 6 18";
const DARK = "(prefers-color-scheme: dark)";

/** What of the chat stands in the shop's page from the beginning: button and teaser, in a shadow root of its own. */
export class Launcher {
  readonly host = document.createElement("kickstand-chat");
  readonly root = this.host.attachShadow({ mode: "open" });
  readonly button = make("button", "launcher");
  readonly badge = make("span", "badge");
  readonly icon = draw(SPEECH);
  readonly #label = make("span", "label");
  readonly #life = new AbortController();
  readonly #dismissWord: string;
  readonly #acts: { press: () => void; want: () => void; dismiss: () => void };
  #teaser: HTMLElement | null = null;
  #name: string;
  #theme: Settings["theme"];

  /** `want`: the button is about to be pressed. */
  constructor(words: LauncherWords, acts: { press: () => void; want: () => void; dismiss: () => void }) {
    this.#acts = acts;
    this.#dismissWord = words.dismiss;
    this.style(style);
    this.badge.hidden = true;
    this.badge.setAttribute("aria-hidden", "true");
    this.button.append(this.icon, this.#label, this.badge);
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.setAttribute("aria-expanded", "false");
    this.#name = words.open;
    this.button.onclick = acts.press;
    this.button.onpointerdown = acts.want;
    this.root.append(this.button);
    matchMedia(DARK).addEventListener("change", () => this.#scheme(), { signal: this.#life.signal });
  }

  /** A sheet that no content policy for styles applies to. */
  style(text: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    this.root.adoptedStyleSheets.push(sheet);
  }

  /** Theme, corner, words and layer. A page that threw its body away gets the chat back. */
  wear({ theme, position, launcherText = "", hideLauncher = false, zIndex }: Settings): void {
    this.#theme = theme;
    this.#scheme();
    this.host.dataset["corner"] = position === "left" ? "left" : "right";
    this.host.style.zIndex = `${zIndex ?? ""}`;
    this.#label.textContent = launcherText;
    this.button.classList.toggle("worded", launcherText !== "");
    this.button.classList.toggle("unseen", hideLauncher);
    this.call(this.#name);
    if (!this.host.isConnected) document.body.append(this.host);
  }

  /** The button's name for ears, which has to hold the words that eyes read on it. */
  call(name: string): void {
    this.#name = name;
    const shown = this.#label.textContent;
    this.button.setAttribute("aria-label", shown ? `${shown}: ${name}` : name);
  }

  /** `#rrggbb` of the button and of what is drawn on it, by day and by night. */
  paint(...[light, onLight, dark, onDark]: string[]): void {
    const colours = { "--fill-light": light, "--on-light": onLight, "--fill-dark": dark, "--on-dark": onDark };
    for (const [name, colour] of Object.entries(colours)) this.host.style.setProperty(name, colour ?? "");
  }

  /** Shows a teaser; null takes it away. */
  tease(teaser: Teaser | null): void {
    this.#teaser?.remove();
    this.#teaser = null;
    if (!teaser) return;
    const say = make("button", "say");
    if (teaser.author) {
      const who = make("span", "who", `${teaser.author} ${teaser.at}`);
      who.prepend(make("span", "face", teaser.initials));
      say.append(who);
    }
    say.append(make("span", "words", teaser.text));
    say.onclick = this.#acts.press;
    const box = make("div", "teaser");
    box.setAttribute("role", "status");
    box.append(say, cross(this.#dismissWord, this.#acts.dismiss));
    this.#teaser = box;
    this.root.insertBefore(box, this.button);
  }

  /** Out of sight, while the frame in it still has something to do. */
  hide(): void {
    this.host.style.display = "none";
  }

  remove(): void {
    this.#life.abort();
    this.host.remove();
  }

  #scheme(): void {
    const isDark = this.#theme === "dark" || (this.#theme !== "light" && matchMedia(DARK).matches);
    this.host.dataset["scheme"] = isDark ? "dark" : "light";
  }
}

export function cross(label: string, act: () => void): HTMLElement {
  const button = make("button", "dismiss");
  button.setAttribute("aria-label", label);
  button.append(draw(CROSS));
  button.onclick = act;
  return button;
}

export function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string, text = ""): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  if (tag === "button") (element as HTMLButtonElement).type = "button";
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
