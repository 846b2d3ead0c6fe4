import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { accentFrom, type Scheme } from "../accent.ts";

export type Theme = Scheme | "auto";

const night = window.matchMedia("(prefers-color-scheme: dark)");
const prefersDark = signal(night.matches);
night.addEventListener("change", (change) => (prefersDark.value = change.matches));

/** What the embedding page asks for; `auto` follows the visitor's system. */
export const theme = signal<Theme>("auto");

/** Keeps the page's colours in step with the brand, the theme and the system. Gives a function that ends it. */
export function paint(brand: ReadonlySignal<string | null>, root: HTMLElement): () => void {
  return effect(() => {
    const scheme: Scheme = theme.value === "auto" ? (prefersDark.value ? "dark" : "light") : theme.value;
    root.dataset["scheme"] = scheme;
    if (brand.value === null) return;
    const accent = accentFrom(brand.value, scheme);
    const colours = {
      "--ks-accent": accent.fill,
      "--ks-on-accent": accent.on,
      "--ks-accent-text": accent.text,
      "--ks-accent-soft": accent.soft,
      "--ks-accent-line": accent.line,
    };
    for (const [name, value] of Object.entries(colours)) root.style.setProperty(name, value);
  });
}
