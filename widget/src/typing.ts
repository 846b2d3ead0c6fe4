import { type Signal, signal } from "@preact/signals";
import type { Author } from "./client/protocol.gen.ts";

/** Milliseconds. */
const FADES_AFTER = 6_000;
const TOLD_EVERY = 3_000;

/** Who is writing: shown of the others, told of oneself, neither of them longer or more often than needed. */
export class Typing {
  /** Who is writing on the other side, null for nobody. */
  readonly typist: Signal<Author | null> = signal(null);
  #fades: ReturnType<typeof setTimeout> | undefined;
  #toldAt = 0;
  readonly #tell: (on: boolean) => void;

  constructor(tell: (on: boolean) => void) {
    this.#tell = tell;
  }

  /** Somebody writes, or with null nobody any more. Forgotten by itself when nothing follows. */
  show(by: Author | null): void {
    clearTimeout(this.#fades);
    this.typist.value = by?.kind === "visitor" ? null : by;
    if (by !== null) this.#fades = setTimeout(() => this.show(null), FADES_AFTER);
  }

  /** The visitor changed the draft; the other side is told every few seconds, and once when it is empty again. */
  wrote(draft: string): void {
    const on = draft !== "";
    if (on ? Date.now() - this.#toldAt < TOLD_EVERY : this.#toldAt === 0) return;
    this.#toldAt = on ? Date.now() : 0;
    this.#tell(on);
  }

  /** The draft was sent: the message says it all. */
  sent(): void {
    this.#toldAt = 0;
  }
}
