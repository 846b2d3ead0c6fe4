import { type Signal, signal } from "@preact/signals";
import type { ShownPhoto } from "../../timeline.ts";

/** The photos of one message that are looked at in full, and which of them; null for none. */
export const viewed: Signal<{ photos: readonly ShownPhoto[]; at: number } | null> = signal(null);
