import type { Shelf } from "../client/storage.ts";
import { kept, type Parcel, type Shot } from "./shot.ts";

/** Uploads one photo: its id on the server. `onShare` hears how much is done, 0 to 1. Rejects as `Rest` does. */
export type Upload = (shot: Shot, onShare: (share: number) => void, stop: AbortSignal) => Promise<string>;

export interface ParcelsOptions {
  shelf: Shelf;
  prefix: string;
  upload: Upload;
  /** All photos are on the server: the message goes out. */
  send: (parcel: Parcel, ids: readonly string[]) => void;
  onChange: (parcels: readonly Parcel[]) => void;
}

/** Drawn anew at most every so many milliseconds while a photo goes. */
const DRAWN_EVERY = 100;

/**
 * Messages with photos. Each photo is uploaded first, one after the other; then the message goes through the outbox. A
 * parcel is kept until its message has arrived, over a reload too, and goes on with the photo it was at.
 */
export class Parcels {
  #parcels: readonly Parcel[] = [];
  readonly #options: ParcelsOptions;
  readonly #stops = new Map<string, AbortController>();
  /** What this tab carries, and how to let go of it: another tab that finds it on the shelf leaves it alone. */
  readonly #held = new Map<string, () => void>();

  constructor(options: ParcelsOptions) {
    this.#options = options;
    this.#parcels = kept(options.shelf, options.prefix);
  }

  get all(): readonly Parcel[] {
    return this.#parcels;
  }

  add(text: string, shots: readonly Shot[]): void {
    const at = Math.max(Date.now(), (this.#parcels[this.#parcels.length - 1]?.at ?? 0) + 1);
    const parcel: Parcel = { clientId: crypto.randomUUID(), text, at, shots, state: "going", share: 0, problem: "" };
    this.#put(parcel);
    void this.#carry(parcel);
  }

  /** What stopped goes on: because the visitor says so, or with the link that is back. */
  resume(clientId?: string): void {
    for (const parcel of this.#parcels) {
      const isMeant = clientId === undefined ? parcel.problem === "" : parcel.clientId === clientId;
      if (!isMeant || parcel.state !== "stopped") continue;
      const going: Parcel = { ...parcel, state: "going", problem: "" };
      this.#put(going);
      void this.#carry(going);
    }
  }

  /** The server has its photos no more: they go again. */
  unpack(clientId: string): void {
    const parcel = this.#find(clientId);
    if (parcel === undefined) return;
    const shots = parcel.shots.map((shot) => ({ ...shot, id: null }));
    this.#put({ ...parcel, shots, state: "stopped", share: 0 });
    this.resume(clientId);
  }

  /** The message has arrived, or the visitor thought better of it. Gives what it was, null when it is unknown. */
  drop(clientId: string): Parcel | null {
    const parcel = this.#find(clientId) ?? null;
    if (parcel === null) return null;
    this.#stops.get(clientId)?.abort();
    this.#release(clientId);
    this.#options.shelf.remove(this.#options.prefix + clientId);
    this.#tell(this.#parcels.filter((each) => each.clientId !== clientId));
    return parcel;
  }

  /** Keeps nothing any more. */
  forget(): void {
    for (const { clientId } of this.#parcels) this.drop(clientId);
  }

  async #carry(parcel: Parcel): Promise<void> {
    const { clientId } = parcel;
    if (!this.#held.has(clientId)) {
      const free = await alone(this.#options.prefix + clientId);
      if (free !== null) this.#held.set(clientId, free);
    }
    if (!this.#held.has(clientId)) {
      // Another tab carries it; should that one go, this one can be told to.
      this.#put({ ...parcel, state: "stopped", problem: "" });
      return;
    }
    if (this.#find(clientId) === undefined) return this.#release(clientId);
    if (this.#stops.has(clientId)) return;
    const stop = new AbortController();
    this.#stops.set(clientId, stop);
    try {
      await this.#uploadAll(clientId, stop.signal);
    } catch (error) {
      const stopped = this.#find(clientId);
      const problem = (error as { code?: unknown }).code;
      if (stopped !== undefined && !stop.signal.aborted) {
        this.#put({ ...stopped, state: "stopped", problem: typeof problem === "string" ? problem : "" });
      }
    } finally {
      this.#stops.delete(clientId);
    }
  }

  #release(clientId: string): void {
    this.#held.get(clientId)?.();
    this.#held.delete(clientId);
  }

  async #uploadAll(clientId: string, stop: AbortSignal): Promise<void> {
    const count = this.#find(clientId)?.shots.length ?? 0;
    for (let at = 0; at < count; at += 1) {
      const shot = this.#find(clientId)?.shots[at];
      if (shot === undefined) return;
      if (shot.id !== null) continue;
      const id = await this.#options.upload(shot, (share) => this.#progress(clientId, (at + share) / count), stop);
      const now = this.#find(clientId);
      if (now === undefined) return;
      const shots = now.shots.map((each) => (each.key === shot.key ? { ...each, id } : each));
      this.#put({ ...now, shots, share: (at + 1) / count });
    }
    const done = this.#find(clientId);
    if (done === undefined) return;
    const packed: Parcel = { ...done, state: "packed", share: 1 };
    this.#put(packed);
    this.#options.send(packed, packed.shots.map((shot) => shot.id ?? ""));
  }

  #drawnAt = 0;

  /** Too often to be kept: a reload begins the photo anew. */
  #progress(clientId: string, share: number): void {
    if (performance.now() - this.#drawnAt < DRAWN_EVERY) return;
    this.#drawnAt = performance.now();
    this.#tell(this.#parcels.map((each) => (each.clientId === clientId ? { ...each, share } : each)));
  }

  #find(clientId: string): Parcel | undefined {
    return this.#parcels.find((each) => each.clientId === clientId);
  }

  #put(parcel: Parcel): void {
    this.#options.shelf.set(this.#options.prefix + parcel.clientId, JSON.stringify(parcel));
    const others = this.#parcels.filter((each) => each.clientId !== parcel.clientId);
    this.#tell([...others, parcel].sort((a, b) => a.at - b.at));
  }

  #tell(parcels: readonly Parcel[]): void {
    this.#parcels = parcels;
    this.#options.onChange(parcels);
  }
}

/** Takes `name` for this tab until the function that it gives is called; null: another tab has it. */
async function alone(name: string): Promise<(() => void) | null> {
  // Only secure pages have them.
  const locks = navigator.locks as LockManager | null | undefined;
  if (!locks) return () => undefined;
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(null);
        return new Promise<void>((done) => resolve(() => done()));
      })
      // A browser that gives no locks to this frame: the tab stands for itself.
      .catch(() => resolve(() => undefined));
  });
}
