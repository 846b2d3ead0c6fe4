import { Backoff } from "./backoff.ts";
import type { Shelf } from "./storage.ts";

/** A command that is answered by `ack` or `nack`. */
export interface Outgoing {
  type: string;
  client_id: string;
}

/** The parts of `ack` and `nack` that an outbox reads. */
export interface Answer {
  client_id: string | null;
}

export interface Refusal extends Answer {
  code: string;
  message: string;
  retryable: boolean;
  after_ms: number | null;
}

/**
 * One command on its way. `lane`: the conversation; commands of a lane go out one after another.
 * `queued` waits for the link or for its turn, `sending` waits for its ack, `not_sent` was refused (`problem` says why).
 */
export interface Entry<Command extends Outgoing> {
  readonly lane: string;
  readonly command: Command;
  /** Milliseconds of `Date.now()`; the order within a lane. */
  readonly at: number;
  readonly state: "queued" | "sending" | "not_sent";
  readonly problem: Pick<Refusal, "code" | "message"> | null;
}

export interface OutboxOptions<Command extends Outgoing> {
  shelf: Shelf;
  /** Each entry is kept under this and its client id, so that two tabs never overwrite each other. */
  prefix: string;
  /** False: nothing was sent. */
  send: (command: Command) => boolean;
  /** An ack is overdue: the link is dead or its answer is lost. */
  reconnect: () => void;
  onChange: (entries: readonly Entry<Command>[]) => void;
  /** What was kept (or with null is gone) under a key: for other tabs, which hand it to `hear`. */
  tell?: (key: string, text: string | null) => void;
  /** Another tab is done with what was waiting here as well. */
  onElsewhere?: (entry: Entry<Command>) => void;
  random?: () => number;
}

/** Milliseconds. */
const ACK_WITHIN = 5_000;
/** What another tab has kept is its to send; after this long it is anybody's. Milliseconds. */
const ANOTHERS_FOR = 8_000;

/**
 * Commands that must arrive exactly once. They survive a reload, keep their `client_id` on every retry, and each lane
 * has at most one unanswered command. The server makes resending harmless.
 */
export class Outbox<Command extends Outgoing> {
  #entries: Entry<Command>[];
  #live = false;
  readonly #pausedUntil = new Map<string, number>();
  /** Entries of other tabs, with the time from which this one sends them too. The server makes that harmless. */
  readonly #others = new Map<string, number>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #backoff: Backoff;
  readonly #options: OutboxOptions<Command>;

  constructor(options: OutboxOptions<Command>) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#entries = load<Command>(options.shelf, options.prefix);
  }

  /** Oldest first; a new array after every change. */
  get entries(): readonly Entry<Command>[] {
    return this.#entries;
  }

  add(lane: string, command: Command): void {
    const newest = this.#entries[this.#entries.length - 1]?.at ?? 0;
    this.#put({ lane, command, at: Math.max(Date.now(), newest + 1), state: "queued", problem: null });
    this.#flush();
  }

  /** The server has it: by `ack`, or because it came back in the stream. Gives the entry, null when unknown. */
  settle(clientId: string): Entry<Command> | null {
    const entry = this.#find(clientId);
    if (entry === undefined) return null;
    this.#forget(clientId);
    this.#backoff.reset();
    this.#flush();
    return entry;
  }

  /** Another tab kept something under `key`, or with null is done with it. */
  hear(key: string, text: string | null): void {
    const clientId = key.slice(this.#options.prefix.length);
    if (!key.startsWith(this.#options.prefix)) return;
    const own = this.#find(clientId);
    // What this tab is sending itself it knows best: it stays in sight until this tab's own link brings it back.
    if (own?.state === "sending") return;
    if (text === null) {
      if (own?.state === "queued") this.#options.onElsewhere?.(own);
      this.#drop(clientId);
      this.#flush();
      return;
    }
    const entry = read<Command>(key, text, this.#options.prefix);
    if (entry === null) return;
    this.#others.set(clientId, Date.now() + ANOTHERS_FOR);
    setTimeout(() => this.#flush(), ANOTHERS_FOR);
    this.#entries = [...this.#entries.filter((e) => e !== own), entry].sort((a, b) => a.at - b.at);
    this.#options.onChange(this.#entries);
  }

  /** The server refused it: kept and tried again when that can help, else `not_sent`. */
  refuse(refusal: Refusal): void {
    const entry = refusal.client_id === null ? undefined : this.#find(refusal.client_id);
    if (entry === undefined) return;
    this.#quiet(entry.command.client_id);
    if (!refusal.retryable) {
      this.#put({ ...entry, state: "not_sent", problem: { code: refusal.code, message: refusal.message } });
      this.#flush();
      return;
    }
    const wait = Math.max(refusal.after_ms ?? 0, this.#backoff.next());
    this.#pausedUntil.set(entry.lane, Date.now() + wait);
    this.#put({ ...entry, state: "queued" });
    setTimeout(() => this.#flush(), wait);
  }

  /** Tries a refused entry again. The id stays, unless the refusal was that this id means something else. */
  sendAgain(clientId: string): void {
    const entry = this.#find(clientId);
    if (entry?.state !== "not_sent") return;
    this.#others.delete(clientId);
    let command = entry.command;
    if (entry.problem?.code === "client_id_conflict") {
      this.#forget(clientId);
      command = { ...command, client_id: crypto.randomUUID() };
    }
    this.#put({ ...entry, command, state: "queued", problem: null });
    this.#flush();
  }

  discard(clientId: string): void {
    this.#forget(clientId);
    this.#flush();
  }

  /** Keeps nothing any more, also not on the shelf. */
  forget(): void {
    for (const entry of this.#entries) this.#options.shelf.remove(this.#options.prefix + entry.command.client_id);
    this.linkDown();
    this.#entries = [];
  }

  /** The link is live: unanswered commands go out again. */
  linkUp(): void {
    this.#live = true;
    this.#flush();
  }

  /** The link is lost: nothing that was unanswered counts as sent. */
  linkDown(): void {
    this.#live = false;
    for (const clientId of [...this.#timers.keys()]) this.#quiet(clientId);
    if (!this.#entries.some((entry) => entry.state === "sending")) return;
    this.#entries = this.#entries.map((e) => (e.state === "sending" ? { ...e, state: "queued" as const } : e));
    this.#options.onChange(this.#entries);
  }

  #flush(): void {
    if (!this.#live) return;
    const busy = new Set(this.#entries.filter((e) => e.state === "sending").map((e) => e.lane));
    for (const entry of this.#entries) {
      if (entry.state !== "queued" || busy.has(entry.lane)) continue;
      busy.add(entry.lane);
      if ((this.#others.get(entry.command.client_id) ?? 0) > Date.now()) continue;
      if ((this.#pausedUntil.get(entry.lane) ?? 0) > Date.now()) continue;
      if (!this.#options.send(entry.command)) continue;
      const { client_id } = entry.command;
      this.#timers.set(client_id, setTimeout(() => this.#options.reconnect(), ACK_WITHIN));
      this.#put({ ...entry, state: "sending" });
    }
  }

  #find(clientId: string): Entry<Command> | undefined {
    return this.#entries.find((entry) => entry.command.client_id === clientId);
  }

  #put(entry: Entry<Command>): void {
    const { client_id } = entry.command;
    const others = this.#entries.filter((e) => e.command.client_id !== client_id);
    this.#entries = [...others, entry].sort((a, b) => a.at - b.at);
    const text = JSON.stringify(entry);
    this.#options.shelf.set(this.#options.prefix + client_id, text);
    this.#options.tell?.(this.#options.prefix + client_id, text);
    this.#options.onChange(this.#entries);
  }

  #forget(clientId: string): void {
    this.#options.shelf.remove(this.#options.prefix + clientId);
    this.#options.tell?.(this.#options.prefix + clientId, null);
    this.#drop(clientId);
  }

  #drop(clientId: string): void {
    this.#quiet(clientId);
    this.#others.delete(clientId);
    const left = this.#entries.filter((entry) => entry.command.client_id !== clientId);
    if (left.length === this.#entries.length) return;
    this.#entries = left;
    this.#options.onChange(left);
  }

  #quiet(clientId: string): void {
    clearTimeout(this.#timers.get(clientId));
    this.#timers.delete(clientId);
  }
}

function load<Command extends Outgoing>(shelf: Shelf, prefix: string): Entry<Command>[] {
  const entries: Entry<Command>[] = [];
  for (const key of shelf.keys(prefix)) {
    const entry = read<Command>(key, shelf.get(key) ?? "", prefix);
    if (entry === null) shelf.remove(key);
    else entries.push(entry);
  }
  return entries.sort((a, b) => a.at - b.at);
}

/** An entry as it was kept; null when it is none. */
function read<Command extends Outgoing>(key: string, text: string, prefix: string): Entry<Command> | null {
  try {
    const entry = JSON.parse(text) as Entry<Command>;
    if (prefix + entry.command.client_id !== key || typeof entry.lane !== "string") return null;
    // What was on its way when the page went may or may not have arrived: sending it again is harmless.
    return entry.state === "sending" ? { ...entry, state: "queued" } : entry;
  } catch {
    return null;
  }
}
