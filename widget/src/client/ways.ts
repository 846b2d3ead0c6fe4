import { PollWire } from "./poll.ts";
import type { Wire } from "./wire.ts";

/** WebSockets in a row that brought nothing before another way is tried. */
const TRIES = 2;
/** Milliseconds after which a network that let none through is tried again. */
const AGAIN_AFTER = 10 * 60_000;

/**
 * How to reach the server: by WebSocket, and by plain HTTP where those open but stay silent, or never open, while HTTP
 * gets through. A way that brings nothing either makes place for the other one, so that a server which was only away
 * is found again.
 */
export class Ways {
  #silent = 0;
  #polledSince = 0;
  readonly #socketUrl: string;
  readonly #pollPath: string;
  readonly #now: () => number;

  constructor(socketUrl: string, pollPath: string, now: () => number = () => performance.now()) {
    this.#socketUrl = socketUrl;
    this.#pollPath = pollPath;
    this.#now = now;
  }

  open(): Wire {
    if (this.#polledSince > 0 && this.#now() - this.#polledSince > AGAIN_AFTER) this.#silent = this.#polledSince = 0;
    return this.#silent < TRIES ? this.#socket() : this.#poll();
  }

  #socket(): Wire {
    const socket = new WebSocket(this.#socketUrl);
    this.#silent += 1;
    socket.addEventListener("message", () => (this.#silent = 0), { once: true });
    return socket;
  }

  #poll(): Wire {
    const wire = new PollWire(this.#pollPath);
    // Unless this one brings something, the next is a WebSocket again.
    this.#silent = TRIES - 1;
    wire.onheard = () => {
      this.#silent = TRIES;
      this.#polledSince ||= this.#now();
    };
    return wire;
  }
}
