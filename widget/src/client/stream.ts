/** What came of an item that was offered to the stream. */
export type Taken = "new" | "known" | "gap";

export interface StreamOptions<T> {
  /** The item's place: `seq` for visitors, `pos` for agents. Counts from 1 without holes. */
  position: (item: T) => number;
  /** Asks the server for everything after a position. */
  sync: (after: number) => void;
  onChange?: () => void;
}

/**
 * The ordered log of one conversation, without holes and without doubles.
 *
 * Known positions are ignored. A hole is never shown: the item is put aside and the server is asked once for what
 * is missing. After `reset` the first item may have any position, because the server then sends only the newest.
 */
export class Stream<T> {
  #items: T[] = [];
  #last = 0;
  #anyFirst = false;
  #askedAfter = -1;
  readonly #options: StreamOptions<T>;

  constructor(options: StreamOptions<T>) {
    this.#options = options;
  }

  /** In order; a new array after every change. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** The highest position held without gaps; what `hello.after` and `sync.after` carry. */
  get last(): number {
    return this.#last;
  }

  /** The lowest position held, null when empty. Above 1 there are older items to page for. */
  get first(): number | null {
    const item = this.#items[0];
    return item === undefined ? null : this.#options.position(item);
  }

  accept(item: T): Taken {
    const position = this.#options.position(item);
    if (position <= this.#last) return "known";
    if (position > this.#last + 1 && !this.#anyFirst) {
      this.#ask();
      return "gap";
    }
    this.#items = [...this.#items, item];
    this.#last = position;
    this.#anyFirst = false;
    this.#askedAfter = -1;
    this.#options.onChange?.();
    return "new";
  }

  /** The server says that it has sent everything up to `head`; asks again when that is not what arrived. */
  synced(head: number): void {
    if (head > this.#last) this.#ask();
  }

  /** Puts an older page (in order) before what is held; items not older than the first one held are ignored. */
  prepend(page: readonly T[]): void {
    const first = this.first ?? Number.POSITIVE_INFINITY;
    const older = page.filter((item) => this.#options.position(item) < first);
    if (older.length === 0) return;
    this.#items = [...older, ...this.#items];
    if (this.#last === 0) this.#last = this.#options.position(older[older.length - 1] as T);
    this.#options.onChange?.();
  }

  /** Discards the copy; the next item starts a new one, wherever it stands. */
  reset(): void {
    this.#items = [];
    this.#last = 0;
    this.#anyFirst = true;
    this.#askedAfter = -1;
    this.#options.onChange?.();
  }

  /** The connection is new: a question asked on the old one is forgotten. */
  reconnected(): void {
    this.#askedAfter = -1;
  }

  #ask(): void {
    if (this.#askedAfter === this.#last) return;
    this.#askedAfter = this.#last;
    this.#options.sync(this.#last);
  }
}
