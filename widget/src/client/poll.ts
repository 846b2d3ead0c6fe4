import type { PolledFrames, PollLink, Problem } from "./protocol.gen.ts";
import type { Wire } from "./wire.ts";

/** Milliseconds: longer than the server makes us wait. */
const PATIENCE = 40_000;
/** The link is lost, or was refused: come back later. */
const ABNORMAL = 1006;
const [CONNECTING, OPEN, CLOSED] = [0, 1, 3];

/**
 * The frames of a WebSocket over plain HTTP, where networks let no WebSocket through: commands by POST, one after
 * another, and a GET that waits for what there is to hear. The first frame sent opens the link.
 */
export class PollWire implements Wire {
  readyState = CONNECTING;
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  /** Called once, when the first frame has come. */
  onheard: (() => void) | null = null;
  readonly #path: string;
  readonly #life = new AbortController();
  #bearer: Record<string, string> | null = null;
  #sending: Promise<void> = Promise.resolve();

  /** `path`: of the server's poll routes, on the origin of this page. */
  constructor(path: string) {
    this.#path = path;
    queueMicrotask(() => {
      if (this.readyState !== CONNECTING) return;
      this.readyState = OPEN;
      this.onopen?.(new Event("open"));
    });
  }

  send(text: string): void {
    this.#sending = this.#sending.then(() => (this.#bearer === null ? this.#open(text) : this.#post(text)));
  }

  close(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#life.abort();
    if (this.#bearer === null) return;
    // A link that is left open counts against the visitor until it is found dead.
    void fetch(this.#path, { method: "DELETE", headers: this.#bearer, keepalive: true }).catch(() => undefined);
  }

  async #open(hello: string): Promise<void> {
    const answer = await this.#ask(this.#path, { method: "POST", body: hello });
    if (answer === null) return;
    this.#bearer = { Authorization: `Bearer ${((await answer.json()) as PollLink).link}` };
    void this.#listen();
  }

  async #post(frame: string): Promise<void> {
    await this.#ask(`${this.#path}/frames`, { method: "POST", body: frame, headers: this.#bearer ?? {} });
  }

  async #listen(): Promise<void> {
    let after = 0;
    while (this.readyState === OPEN) {
      const answer = await this.#ask(`${this.#path}/frames?after=${after}`, { headers: this.#bearer ?? {} });
      if (answer === null) return;
      const { first, frames, closed } = (await answer.json()) as PolledFrames;
      if (after === 0 && frames.length > 0) this.onheard?.();
      for (const frame of frames.slice(after + 1 - first)) {
        after += 1;
        if (this.readyState === OPEN) this.onmessage?.(new MessageEvent("message", { data: frame }));
      }
      if (closed !== null) this.#end(closed);
    }
  }

  /** The answer; null when there is none or it is a refusal, and then the link has ended. */
  async #ask(path: string, init: RequestInit): Promise<Response | null> {
    if (this.readyState !== OPEN) return null;
    try {
      const signal = AbortSignal.any([this.#life.signal, AbortSignal.timeout(PATIENCE)]);
      const answer = await fetch(path, { ...init, credentials: "omit", cache: "no-store", signal });
      if (answer.ok) return answer;
      const problem = (await answer.json().catch(() => null)) as Problem | null;
      if (problem !== null) console.warn(`Kickstand: ${problem.message}`);
    } catch {
      // The network is gone, or we are: told to the connection as any lost socket is.
    }
    this.#end(ABNORMAL);
    return null;
  }

  #end(code: number): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#life.abort();
    this.onclose?.(new CloseEvent("close", { code }));
  }
}
