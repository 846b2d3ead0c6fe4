import { afterEach, describe, expect, test } from "vitest";
import { hearFrame, hearLoader, type Peer, post, type ToFrame, type ToLoader } from "../src/bridge.ts";

const CHAT = "https://chat.example";
const SHOP = "https://shop.example";
const BOOT = { kickstand: 1, type: "boot", theme: "auto", locale: "", sku: "", vehicle: "", order: "", proof: null, isOpen: true };

const frame = { name: "the frame" };
const stranger = { name: "somebody else" };
let end: () => void = () => undefined;

afterEach(() => end());

function arrive(data: unknown, origin: string, source: unknown): void {
  const event = new MessageEvent("message", { data, origin });
  Object.defineProperty(event, "source", { value: source });
  window.dispatchEvent(event);
}

describe("the loader", () => {
  const hear = (): ToLoader[] => {
    const heard: ToLoader[] = [];
    end = hearFrame({ window: () => frame, origin: CHAT }, (message) => heard.push(message));
    return heard;
  };

  test("hears its own frame at our origin", () => {
    const heard = hear();
    arrive({ kickstand: 1, type: "close" }, CHAT, frame);
    expect(heard.map((message) => message.type)).toEqual(["close"]);
  });

  test.each([
    ["another window", CHAT, stranger],
    ["another origin in the frame", "https://evil.example", frame],
    ["an origin that only looks alike", "https://chat.example.evil.example", frame],
    ["no window", CHAT, null],
  ])("is deaf to %s", (_, origin, source) => {
    const heard = hear();
    arrive({ kickstand: 1, type: "close" }, origin, source);
    expect(heard).toEqual([]);
  });

  test.each([
    [null],
    ["close"],
    [{ type: "close" }],
    [{ kickstand: 1, type: "toString" }],
    [{ kickstand: 1, type: "unread", count: -1, author: "", initials: "", at: "", text: "", isKept: true }],
    [{ kickstand: 1, type: "unread", count: 1, author: "", initials: "", at: "", text: "x".repeat(401), isKept: true }],
    [{ kickstand: 1, type: "look", name: "Larkmoor", light: { fill: "red;}", on: "#fff" }, dark: null }],
    [{ kickstand: 1, type: "event", name: "boot" }],
  ])("is deaf to what has another shape: %j", (data) => {
    const heard = hear();
    arrive(data, CHAT, frame);
    expect(heard).toEqual([]);
  });
});

describe("the frame", () => {
  const hear = (): { heard: ToFrame[]; peer: Peer } => {
    const heard: ToFrame[] = [];
    const peer: Peer = { window: () => frame, origin: null };
    end = hearLoader(peer, (message) => heard.push(message));
    return { heard, peer };
  };

  test("answers only to the page that booted it", () => {
    const { heard, peer } = hear();
    arrive({ kickstand: 1, type: "open", isFull: false, takesFocus: true }, SHOP, frame);
    arrive(BOOT, "null", frame);
    expect(peer.origin).toBeNull();
    arrive(BOOT, SHOP, frame);
    arrive({ kickstand: 1, type: "open", isFull: false, takesFocus: true }, "https://evil.example", frame);
    arrive({ kickstand: 1, type: "open", isFull: false, takesFocus: true }, SHOP, frame);
    expect(peer.origin).toBe(SHOP);
    expect(heard.map((message) => message.type)).toEqual(["boot", "open"]);
  });

  test.each([
    ["a token without end", { ...BOOT, proof: { token: "x".repeat(4_001) } }],
    ["a proof of nothing", { ...BOOT, proof: { user_id: "7", exp: 1, hash: "no" } }],
    ["a part number that is none", { ...BOOT, sku: ["LV-10"] }],
    ["a page that is not said", { kickstand: 1, type: "boot", theme: "auto", locale: "", isOpen: true, proof: null }],
  ])("takes no boot with %s", (_, message) => {
    const { heard } = hear();
    arrive(message, SHOP, frame);
    expect(heard).toEqual([]);
  });

  test("may be told to forget before it was booted, and by nobody else afterwards", () => {
    const { heard, peer } = hear();
    arrive({ kickstand: 1, type: "shutdown" }, "null", frame);
    arrive({ kickstand: 1, type: "shutdown" }, SHOP, stranger);
    expect(heard).toEqual([]);
    arrive({ kickstand: 1, type: "shutdown" }, SHOP, frame);
    arrive(BOOT, "https://evil.example", frame);
    expect([heard.length, peer.origin]).toEqual([1, SHOP]);
  });

  test("listens to a flood for a moment only", () => {
    const { heard } = hear();
    arrive(BOOT, SHOP, frame);
    for (let i = 0; i < 1_000; i += 1) arrive({ kickstand: 1, type: "compose", text: `${i}` }, SHOP, frame);
    expect(heard.length).toBeLessThan(301);
  });
});

test("nothing is posted before the other side's origin is known, and never to everybody", () => {
  const posted: unknown[][] = [];
  const target = { postMessage: (...values: unknown[]) => posted.push(values) } as unknown as Window;
  post(target, null, { type: "ready" });
  post(target, SHOP, { type: "ready" });
  expect(posted).toEqual([[{ kickstand: 1, type: "ready" }, SHOP]]);
});
