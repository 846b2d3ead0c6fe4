import { Backoff } from "./backoff.ts";
import type { Wire } from "./wire.ts";

/**
 * Where a connection stands. `offline_since.at`: milliseconds of `Date.now()` when the link was lost.
 * `stopped.code`: the close code; 1000 when this side stopped it.
 */
export type LinkState =
  | { kind: "connecting" }
  | { kind: "catching_up" }
  | { kind: "live" }
  | { kind: "offline_since"; at: number }
  | { kind: "stopped"; code: number };

/** What both directions of the wire have in common. */
export interface Frame {
  type: string;
}

export interface ConnectionOptions<Command extends Frame, Event extends Frame> {
  /** Absolute `ws:` or `wss:` address. */
  url: string;
  /** Builds the first frame, each time anew, so that it carries what is held by now. A rejection counts as a lost link. */
  hello: () => Command | Promise<Command>;
  /** Called before the next attempt when the server says that the token has expired (4406). */
  refreshToken?: () => Promise<void>;
  /** Every event but `ping`, in order. */
  onEvent: (event: Event) => void;
  onState: (state: LinkState) => void;
  /** After which event is everything missed here? Until then the state is `catching_up`. */
  isCaughtUp?: (event: Event) => boolean;
  /** Does somebody wait for the link? Then a goodbye that asks everybody to come back later does not keep them. */
  isWaitedFor?: () => boolean;
  /** A WebSocket to `url`, or what does the same. */
  open?: (url: string) => Wire;
  random?: () => number;
}

/** Milliseconds. */
const WELCOME_WITHIN = 12_000;
const SILENT_FOR = 35_000;
const STEADY_AFTER = 8_000;
const PAUSE = 1_000;
const TOKEN_EXPIRED = 4406;
/** `WebSocket.OPEN`. */
const OPEN = 1;

/**
 * A connection that comes back by itself: full jitter between 0.5 and 30 s, and at once when the browser says that
 * it is online or seen again. Close codes are read by range: 45xx stops, everything else reconnects.
 *
 * `send` gives false while not live; what must arrive goes through an `Outbox`.
 */
export class Connection<Command extends Frame, Event extends Frame> {
  #state: LinkState = { kind: "connecting" };
  #socket: Wire | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #steady: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #notBefore = 0;
  #triedAt = 0;
  #refresh = false;
  readonly #backoff: Backoff;
  readonly #options: ConnectionOptions<Command, Event>;

  constructor(options: ConnectionOptions<Command, Event>) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Connects, also again after `stopped`. Does nothing while already running. */
  start(): void {
    if (this.#socket !== null || this.#retry !== undefined) return;
    window.addEventListener("online", this.#wake);
    window.addEventListener("offline", this.#unplugged);
    document.addEventListener("visibilitychange", this.#seenAgain);
    this.#become({ kind: "connecting" });
    void this.#connect();
  }

  /** Closes for good; `start` begins anew. */
  stop(code = 1000): void {
    window.removeEventListener("online", this.#wake);
    window.removeEventListener("offline", this.#unplugged);
    document.removeEventListener("visibilitychange", this.#seenAgain);
    this.#drop();
    this.#clear("#retry");
    this.#become({ kind: "stopped", code });
  }

  /** Sends now, or says false: not live, nothing was sent. */
  send(command: Command): boolean {
    if (this.#state.kind !== "live" && this.#state.kind !== "catching_up") return false;
    return this.#write(command);
  }

  /** Somebody waits for the link: tries at once instead of sitting the pause out, at most once a second. */
  hurry(): void {
    if (this.#retry !== undefined && Date.now() - this.#triedAt >= PAUSE) void this.#connect();
  }

  /** Gives this link up (an answer did not come in time) and makes a new one. */
  reconnect(): void {
    if (this.#socket !== null) this.#lost();
  }

  /** Begins anew at once, as somebody else perhaps: also after `stopped`. */
  restart(): void {
    this.#drop();
    this.#clear("#retry");
    this.start();
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#clear("#retry");
    this.#triedAt = Date.now();
    const socket = (this.#options.open ?? ((url) => new WebSocket(url)))(this.#options.url);
    this.#socket = socket;
    this.#listen(WELCOME_WITHIN);
    socket.onopen = () => void this.#greet(attempt);
    socket.onmessage = (message) => {
      if (attempt === this.#attempt) this.#hear(message.data);
    };
    socket.onclose = (close) => {
      if (attempt === this.#attempt) this.#closed(close.code);
    };
  }

  async #greet(attempt: number): Promise<void> {
    try {
      if (this.#refresh) await this.#options.refreshToken?.();
      this.#refresh = false;
      const hello = await this.#options.hello();
      if (attempt === this.#attempt) this.#write(hello);
    } catch {
      if (attempt === this.#attempt) this.#lost();
    }
  }

  #hear(data: unknown): void {
    const event = parse(data);
    if (event === null) {
      this.#lost();
      return;
    }
    this.#heardAt = Date.now();
    this.#listen(SILENT_FOR);
    if (event.type === "ping") {
      this.#write({ type: "pong" });
      return;
    }
    if (event.type === "bye") this.#notBefore = Date.now() + ((event as { after_ms?: number }).after_ms ?? 0);
    if (event.type === "welcome") {
      this.#steady = setTimeout(() => this.#backoff.reset(), STEADY_AFTER);
      this.#become({ kind: "catching_up" });
    }
    this.#options.onEvent(event as Event);
    if (this.#state.kind === "catching_up" && this.#caughtUp(event as Event)) this.#become({ kind: "live" });
  }

  #caughtUp(event: Event): boolean {
    return (this.#options.isCaughtUp ?? ((heard) => heard.type === "synced"))(event);
  }

  #closed(code: number): void {
    if (code >= 4500 && code < 4600) {
      this.stop(code);
      return;
    }
    if (code === TOKEN_EXPIRED) this.#refresh = true;
    this.#lost();
  }

  #lost(): void {
    this.#drop();
    if (this.#state.kind !== "offline_since") this.#become({ kind: "offline_since", at: Date.now() });
    const asked = this.#options.isWaitedFor?.() ? 0 : Math.max(this.#notBefore - Date.now(), 0);
    const wait = asked + this.#backoff.next();
    this.#clear("#retry");
    this.#retry = setTimeout(() => void this.#connect(), wait);
  }

  /** Forgets the socket; nothing it still says is heard. */
  #drop(): void {
    this.#attempt += 1;
    this.#clear("#watch");
    this.#clear("#steady");
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState <= OPEN) socket.close(1000);
  }

  #write(command: Frame): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  #listen(within: number): void {
    this.#clear("#watch");
    this.#watch = setTimeout(() => this.#lost(), within);
  }

  #become(state: LinkState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  readonly #wake = (): void => {
    if (this.#retry !== undefined && Date.now() >= this.#notBefore) void this.#connect();
  };

  readonly #unplugged = (): void => {
    if (this.#socket !== null) this.#lost();
  };

  readonly #seenAgain = (): void => {
    if (document.visibilityState !== "visible") return;
    // Timers sleep with a hidden page: the link may long be dead without anybody having noticed.
    if (this.#socket !== null && this.#heardAt > 0 && Date.now() - this.#heardAt > SILENT_FOR) this.#lost();
    this.#wake();
  };

  #clear(timer: "#retry" | "#watch" | "#steady"): void {
    if (timer === "#retry") this.#retry = void clearTimeout(this.#retry);
    else if (timer === "#watch") this.#watch = void clearTimeout(this.#watch);
    else this.#steady = void clearTimeout(this.#steady);
  }
}

function parse(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    const framed = typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
    return framed ? (value as Frame) : null;
  } catch {
    return null;
  }
}
