import { type Signal, signal } from "@preact/signals";

export type Page = "menu" | "transcript" | "link" | "erase";

/** What of the menu of one's own data is open; null for nothing. */
export const ownData: Signal<Page | null> = signal(null);
