/** Milliseconds. */
const LEAST = 500;
const MOST = 30_000;

/** Waiting times with full jitter: anywhere between nothing and a ceiling that doubles from 0.5 s to 30 s. */
export class Backoff {
  #tries = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds until the next try. */
  next(): number {
    const ceiling = Math.min(MOST, LEAST * 2 ** this.#tries);
    this.#tries += 1;
    return Math.round(this.#random() * ceiling);
  }

  reset(): void {
    this.#tries = 0;
  }
}
