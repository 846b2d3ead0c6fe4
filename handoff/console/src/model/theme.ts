import { signal } from "@preact/signals";
import type { Shelf } from "@client/storage";

export type Theme = "system" | "light" | "dark";

export const THEMES: readonly Theme[] = ["system", "light", "dark"];
const KEY = "ks-console-theme";

export const theme = signal<Theme>("system");

/** Brings back the agent's choice; without one the system decides. */
export function applyTheme(shelf: Shelf): void {
  const kept = shelf.get(KEY);
  show(THEMES.find((one) => one === kept) ?? "system");
}

export function setTheme(chosen: Theme, shelf: Shelf): void {
  shelf.set(KEY, chosen);
  show(chosen);
}

function show(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
}
