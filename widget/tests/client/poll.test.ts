import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PollWire } from "../../src/client/poll.ts";
import { Ways } from "../../src/client/ways.ts";

interface Asked {
  method: string;
  path: string;
  bearer: string | undefined;
  body: unknown;
  answer: (status: number, body?: unknown) => void;
  fail: () => void;
}

let asked: Asked[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      asked.push({
        method: init.method ?? "GET",
        path,
        bearer: (init.headers as Record<string, string> | undefined)?.["Authorization"],
        body: init.body,
        answer: (status, body = null) => resolve(new Response(status === 204 ? null : JSON.stringify(body), { status })),
        fail: () => reject(new TypeError("Failed to fetch")),
      });
    });
  });
});

afterEach(() => vi.unstubAllGlobals());

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const last = (): Asked => asked[asked.length - 1] as Asked;

async function a_wire(): Promise<{ wire: PollWire; heard: string[]; closed: number[] }> {
  const wire = new PollWire("/poll");
  const [heard, closed]: [string[], number[]] = [[], []];
  wire.onmessage = (message) => heard.push(message.data as string);
  wire.onclose = (close) => closed.push(close.code);
  await new Promise((done) => (wire.onopen = done));
  wire.send("hello");
  await settled();
  last().answer(200, { link: "secret" });
  await settled();
  return { wire, heard, closed };
}

test("the first frame opens the link, the others follow one after another under its token", async () => {
  const { wire } = await a_wire();
  wire.send("one");
  wire.send("two");
  await settled();
  expect(asked.map(({ method, path, body, bearer }) => [method, path, body, bearer])).toEqual([
    ["POST", "/poll", "hello", undefined],
    ["GET", "/poll/frames?after=0", undefined, "Bearer secret"],
    ["POST", "/poll/frames", "one", "Bearer secret"],
  ]);
  last().answer(204);
  await settled();
  expect(last().body).toBe("two");
});

test("what comes is heard once and in order, also when an answer brings some of it again", async () => {
  const { heard } = await a_wire();
  last().answer(200, { first: 1, frames: ["a", "b"], closed: null });
  await settled();
  expect(last().path).toBe("/poll/frames?after=2");
  last().answer(200, { first: 2, frames: ["b", "c"], closed: null });
  await settled();
  expect(heard).toEqual(["a", "b", "c"]);
  expect(last().path).toBe("/poll/frames?after=3");
});

test("the server's close code and a lost network end it, each as of a socket", async () => {
  const first = await a_wire();
  last().answer(200, { first: 1, frames: ["bye"], closed: 4401 });
  await settled();
  expect([first.heard, first.closed]).toEqual([["bye"], [4401]]);
  const second = await a_wire();
  last().fail();
  await settled();
  expect(second.closed).toEqual([1006]);
});

test("closing it tells the server, and nothing more is heard", async () => {
  const { wire, heard, closed } = await a_wire();
  const waiting = last();
  wire.close();
  waiting.answer(200, { first: 1, frames: ["late"], closed: null });
  await settled();
  expect(last()).toMatchObject({ method: "DELETE", path: "/poll", bearer: "Bearer secret" });
  expect([heard, closed]).toEqual([[], []]);
});

test("a network that swallows WebSockets is left for HTTP, and asked again later", async () => {
  class Silent extends EventTarget {
    constructor(readonly url: string) {
      super();
    }
  }
  vi.stubGlobal("WebSocket", Silent);
  let now = 1;
  const ways = new Ways("wss://chat.example/ws", "/poll", () => now);
  const kind = (): string => (ways.open() instanceof PollWire ? "http" : "socket");
  expect([kind(), kind(), kind()]).toEqual(["socket", "socket", "http"]);
  // HTTP brought nothing either: the server may be away.
  expect([kind(), kind()]).toEqual(["socket", "http"]);
  const polled = ways.open() as unknown as Silent;
  polled.dispatchEvent(new Event("message"));
  expect([kind(), kind(), kind()]).toEqual(["socket", "socket", "http"]);
  (ways.open() as PollWire).onheard?.();
  const poll = ways.open() as PollWire;
  poll.onheard?.();
  expect([kind()]).toEqual(["http"]);
  now += 11 * 60_000;
  expect(kind()).toBe("socket");
});
