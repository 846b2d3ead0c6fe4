/**
 * What loader (in the shop's page) and frame (in ours) say to each other, and the only place that listens.
 *
 * Every message carries `kickstand: 1`. Where it comes from is checked first, its shape second; everything else is
 * ignored. Nothing is ever posted to `*`: the loader knows the frame's origin, and speaks first: `boot`, or `shutdown`
 * where the frame has only to forget.
 */
import { type Proof, proofIn } from "./proof.ts";

/** `#rrggbb`. */
export interface Fill {
  fill: string;
  on: string;
}

/** How the frame is to look. `locale`: BCP 47, "" for the visitor's own. */
export interface Look {
  theme: "light" | "dark" | "auto";
  locale: string;
}

/** What the page is about; "" for what it does not say. */
export interface About {
  sku: string;
  vehicle: string;
  order: string;
}

export type ToFrame =
  /** `proof`: of who the visitor is, null for none. */
  | ({ type: "boot"; isOpen: boolean; proof: Proof | null } & Look & About)
  | ({ type: "update" } & Look & About)
  | { type: "identify"; proof: Proof }
  /** `isFull`: the panel covers the whole screen. */
  | { type: "open"; isFull: boolean; takesFocus: boolean }
  | { type: "close" }
  | { type: "compose"; text: string }
  | { type: "shutdown" };

export type ToLoader =
  | { type: "ready" }
  | { type: "look"; name: string; light: Fill; dark: Fill }
  | { type: "close" }
  /** Nothing of the visitor is left in the frame's storage. */
  | { type: "left" }
  /** `isKept`: there is a conversation worth listening to while the panel is closed. */
  | { type: "unread"; count: number; author: string; initials: string; at: string; text: string; isKept: boolean }
  | { type: "event"; name: "message" | "handoff" | "resolved" };

type Shape = Record<string, (value: unknown) => boolean>;

const text =
  (most: number) =>
  (value: unknown): boolean =>
    typeof value === "string" && value.length <= most;
const flag = (value: unknown): boolean => typeof value === "boolean";
const count = (value: unknown): boolean => typeof value === "number" && Number.isInteger(value) && value >= 0;
const one =
  (...words: string[]) =>
  (value: unknown): boolean =>
    words.includes(value as string);
const colour = (value: unknown): boolean => typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value);
const fill = (value: unknown): boolean => {
  const { fill, on } = (value ?? {}) as Partial<Fill>;
  return colour(fill) && colour(on);
};

const proof = (value: unknown): boolean => typeof value === "object" && proofIn(value) !== null;

const LOOK: Shape = { theme: one("light", "dark", "auto"), locale: text(35) };
const ABOUT: Shape = { sku: text(200), vehicle: text(200), order: text(200) };

const TO_FRAME: Record<ToFrame["type"], Shape> = {
  boot: { ...LOOK, ...ABOUT, isOpen: flag, proof: (value) => value === null || proof(value) },
  update: { ...LOOK, ...ABOUT },
  identify: { proof },
  open: { isFull: flag, takesFocus: flag },
  close: {},
  compose: { text: text(4_000) },
  shutdown: {},
};

const TO_LOADER: Record<ToLoader["type"], Shape> = {
  ready: {},
  look: { name: text(200), light: fill, dark: fill },
  close: {},
  left: {},
  unread: { count, author: text(200), initials: text(8), at: text(20), text: text(400), isKept: flag },
  event: { name: one("message", "handoff", "resolved") },
};

/** Who may be heard. `origin` null: not known yet, then only a first word is heard, and its origin is the one from then on. */
export interface Peer {
  window: () => unknown;
  origin: string | null;
}

/** Hears the frame, in the loader. Gives a function that ends it. */
export function hearFrame(peer: Peer, hear: (message: ToLoader) => void): () => void {
  return listen(peer, TO_LOADER, (message) => hear(message as ToLoader));
}

/** Hears the loader, in the frame. `peer.origin` is filled in by its first word. */
export function hearLoader(peer: Peer, hear: (message: ToFrame) => void): () => void {
  return listen(peer, TO_FRAME, (message) => hear(message as ToFrame));
}

/** Posts to one window at one origin; the browser drops it when somebody else is there. */
export function post(to: Window | null, origin: string | null, message: ToFrame | ToLoader): void {
  if (origin !== null) to?.postMessage({ kickstand: 1, ...message }, origin);
}

/** Messages heard in a second; a page that says more is not listened to until the next one. */
const MOST_A_SECOND = 100;

function listen(peer: Peer, shapes: Record<string, Shape>, hear: (message: unknown) => void): () => void {
  let [second, heard] = [0, 0];
  const listener = (event: MessageEvent): void => {
    if (event.source === null || event.source !== peer.window()) return;
    if (peer.origin !== null && event.origin !== peer.origin) return;
    const message = event.data as Record<string, unknown> | null;
    if (typeof message !== "object" || message === null || message["kickstand"] !== 1) return;
    const type = message["type"];
    const shape = typeof type === "string" && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
    if (shape === undefined || !Object.entries(shape).every(([name, fits]) => fits(message[name]))) return;
    if (peer.origin === null) {
      // "null" is the origin of sandboxed and local pages: nobody that could be answered.
      if ((type !== "boot" && type !== "shutdown") || event.origin === "null") return;
      peer.origin = event.origin;
    }
    const now = Math.floor(event.timeStamp / 1_000);
    [second, heard] = now === second ? [second, heard + 1] : [now, 1];
    if (heard <= MOST_A_SECOND) hear(message);
  };
  window.addEventListener("message", listener);
  return () => window.removeEventListener("message", listener);
}
