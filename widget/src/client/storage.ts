/** Where a client keeps what must outlive a reload: text by key. Never throws. */
export interface Shelf {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** All keys that start with `prefix`. */
  keys(prefix: string): string[];
}

/** Keeps for as long as the page lives. */
export class MemoryShelf implements Shelf {
  readonly #texts = new Map<string, string>();

  get(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.#texts.set(key, value);
  }

  remove(key: string): void {
    this.#texts.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.#texts.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** `localStorage`; what the browser refuses to store (private mode, full, third-party rules) stays in memory. */
export class BrowserShelf implements Shelf {
  readonly #spare = new MemoryShelf();
  readonly #storage: Storage | null;

  constructor(open: () => Storage = () => window.localStorage) {
    this.#storage = attempt(open);
  }

  /** Whether what is kept outlives the tab. */
  get lasts(): boolean {
    return this.#storage !== null && this.#spare.keys("").length === 0;
  }

  get(key: string): string | null {
    return this.#spare.get(key) ?? attempt(() => this.#storage?.getItem(key) ?? null);
  }

  set(key: string, value: string): void {
    const stored = attempt(() => {
      if (this.#storage === null) return false;
      this.#storage.setItem(key, value);
      return true;
    });
    if (stored === true) this.#spare.remove(key);
    else this.#spare.set(key, value);
  }

  remove(key: string): void {
    this.#spare.remove(key);
    attempt(() => this.#storage?.removeItem(key));
  }

  keys(prefix: string): string[] {
    const stored = attempt(() => Object.keys(this.#storage ?? {})) ?? [];
    return [...new Set([...stored.filter((key) => key.startsWith(prefix)), ...this.#spare.keys(prefix)])];
  }
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
