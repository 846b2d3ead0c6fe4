import { MemoryShelf, type Shelf } from "./storage.ts";

const STORE = "texts";
/** Milliseconds: a database that does not open by then is done without. */
const PATIENCE = 1_500;
/** Characters: what is longer would fill the shelf beside it, and lies in the database alone. */
const LARGE = 50_000;

/**
 * Texts in IndexedDB, read into memory once. A write to it takes a moment in which the page may go: until it is
 * confirmed the text lies on the shelf `meanwhile` as well, but for photos. Where the browser gives no database, that
 * shelf is all.
 */
export class DeepShelf implements Shelf {
  readonly #texts = new MemoryShelf();
  readonly #meanwhile: Shelf;
  readonly #database: IDBDatabase | null;

  private constructor(meanwhile: Shelf, database: IDBDatabase | null, texts: ReadonlyMap<string, string>) {
    this.#meanwhile = meanwhile;
    this.#database = database;
    for (const [key, text] of texts) this.#texts.set(key, text);
    database?.addEventListener("versionchange", () => database.close());
  }

  /** Opens the database `name`; what lies on `meanwhile` under `prefix` is newer than what it holds. */
  static async open(name: string, prefix: string, meanwhile: Shelf): Promise<DeepShelf> {
    const database = await Promise.race([openDatabase(name), soon()]).catch(() => null);
    const texts = database === null ? new Map<string, string>() : await readAll(database, prefix).catch(() => new Map<string, string>());
    const shelf = new DeepShelf(meanwhile, database, texts);
    for (const key of meanwhile.keys(prefix)) shelf.set(key, meanwhile.get(key) ?? "");
    return shelf;
  }

  get(key: string): string | null {
    return this.#texts.get(key);
  }

  set(key: string, value: string): void {
    this.#texts.set(key, value);
    if (value.length < LARGE || this.#database === null) this.#meanwhile.set(key, value);
    this.#write((store) => store.put(value, key), () => {
      if (this.#meanwhile.get(key) === value) this.#meanwhile.remove(key);
    });
  }

  remove(key: string): void {
    this.#texts.remove(key);
    this.#meanwhile.remove(key);
    this.#write((store) => store.delete(key), () => undefined);
  }

  keys(prefix: string): string[] {
    return this.#texts.keys(prefix);
  }

  /** Removes all that was read from the database, and resolves when the database has. */
  async clear(): Promise<void> {
    for (const key of this.keys("")) this.remove(key);
    const removed = new Promise<void>((resolve) => this.#write((store) => store.count(), resolve) || resolve());
    await Promise.race([removed, soon()]).catch(() => undefined);
  }

  /** False: there is no database to write to. */
  #write(act: (store: IDBObjectStore) => IDBRequest, onDone: () => void): boolean {
    try {
      const transaction = this.#database?.transaction(STORE, "readwrite", { durability: "relaxed" });
      if (transaction === undefined) return false;
      act(transaction.objectStore(STORE));
      transaction.oncomplete = onDone;
      return true;
    } catch {
      // The database was closed under us, or is full: the other shelf and the memory have it.
      return false;
    }
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = window.indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("no database"));
  });
}

function readAll(database: IDBDatabase, prefix: string): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const texts = new Map<string, string>();
    const asked = database.transaction(STORE).objectStore(STORE).openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
    asked.onsuccess = () => {
      const cursor = asked.result;
      if (cursor === null) {
        resolve(texts);
        return;
      }
      texts.set(String(cursor.key), String(cursor.value));
      cursor.continue();
    };
    asked.onerror = () => reject(asked.error ?? new Error("unreadable"));
  });
}

function soon(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE));
}
