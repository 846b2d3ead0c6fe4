import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection, type Frame, type LinkState } from "../../src/client/socket.ts";
import { FakeSocket } from "./fake-socket.ts";

let states: LinkState[];
let events: Frame[];
let refreshed: number;
let jitter: number;
let isWaitedFor: boolean;
let connection: Connection<Frame, Frame>;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  states = [];
  events = [];
  refreshed = 0;
  jitter = 1;
  isWaitedFor = false;
  connection = new Connection({
    url: "wss://chat.example/ws/visitor",
    hello: () => ({ type: "hello", after: 7 }) as Frame,
    refreshToken: async () => void (refreshed += 1),
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
    isWaitedFor: () => isWaitedFor,
    random: () => jitter,
  });
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

async function live(): Promise<FakeSocket> {
  connection.start();
  const socket = FakeSocket.newest;
  await socket.accept();
  socket.say({ type: "welcome" });
  socket.say({ type: "synced" });
  return socket;
}

const kinds = (): string[] => states.map((state) => state.kind);

describe("a connection", () => {
  test("says hello first and is live once everything missed is here", async () => {
    const socket = await live();
    expect(socket.sent).toEqual([{ type: "hello", after: 7 }]);
    expect(kinds()).toEqual(["connecting", "catching_up", "live"]);
    expect(events.map((event) => event.type)).toEqual(["welcome", "synced"]);
  });

  test("sends nothing before the welcome and says so", async () => {
    connection.start();
    await FakeSocket.newest.accept();
    expect(connection.send({ type: "typing" })).toBe(false);
    expect(FakeSocket.newest.ofType("typing")).toEqual([]);
  });

  test("answers a ping with a pong and tells nobody", async () => {
    const socket = await live();
    socket.say({ type: "ping" });
    expect(socket.ofType("pong")).toHaveLength(1);
    expect(events.map((event) => event.type)).not.toContain("ping");
  });

  test("gives a link up that was silent for 35 s", async () => {
    const socket = await live();
    await vi.advanceTimersByTimeAsync(34_000);
    socket.say({ type: "ping" });
    await vi.advanceTimersByTimeAsync(34_000);
    expect(connection.state.kind).toBe("live");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(socket.closedWith).toBe(1000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("waits longer after each failure, up to 30 s", async () => {
    connection.start();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const before = Date.now();
      const made = FakeSocket.all.length;
      FakeSocket.newest.hangUp(1006);
      while (FakeSocket.all.length === made) await vi.advanceTimersToNextTimerAsync();
      waits.push(Date.now() - before);
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test("stays patient when links die right after the welcome", async () => {
    await live();
    FakeSocket.newest.hangUp(1006);
    await vi.advanceTimersByTimeAsync(500);
    await FakeSocket.newest.accept();
    FakeSocket.newest.say({ type: "welcome" });
    FakeSocket.newest.hangUp(1006);
    await vi.advanceTimersByTimeAsync(999);
    expect(FakeSocket.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.all).toHaveLength(3);
  });

  test("is quick again after some seconds of uptime", async () => {
    connection.start();
    FakeSocket.newest.hangUp(1006);
    await vi.advanceTimersByTimeAsync(500);
    await FakeSocket.newest.accept();
    FakeSocket.newest.say({ type: "welcome" });
    await vi.advanceTimersByTimeAsync(8_000);
    FakeSocket.newest.hangUp(1006);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all).toHaveLength(3);
  });

  test("comes back no earlier than the server's goodbye asks", async () => {
    jitter = 0;
    const socket = await live();
    socket.say({ type: "bye", code: 4401, after_ms: 3_000 });
    socket.hangUp(4401);
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(FakeSocket.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("comes back from a goodbye at once for who has something to say", async () => {
    jitter = 0;
    const socket = await live();
    socket.say({ type: "bye", code: 4401, after_ms: 5_000 });
    socket.hangUp(4401);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(1);
    connection.hurry();
    expect(FakeSocket.all).toHaveLength(2);
    await FakeSocket.newest.accept();
    FakeSocket.newest.say({ type: "welcome" });
    isWaitedFor = true;
    FakeSocket.newest.say({ type: "bye", code: 4401, after_ms: 5_000 });
    FakeSocket.newest.hangUp(4401);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all).toHaveLength(3);
  });

  test.each([1001, 1006, 1011, 4401, 4404, 4499])("comes back after %i", async (code) => {
    (await live()).hangUp(code);
    expect(connection.state.kind).toBe("offline_since");
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test.each([4500, 4501, 4504, 4508, 4599])("stops for good after %i and says why", async (code) => {
    (await live()).hangUp(code);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.state).toEqual({ kind: "stopped", code });
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("asks for a new token before it says hello again after 4406", async () => {
    (await live()).hangUp(4406);
    await vi.advanceTimersByTimeAsync(500);
    expect(refreshed).toBe(0);
    await FakeSocket.newest.accept();
    expect(refreshed).toBe(1);
    expect(FakeSocket.newest.ofType("hello")).toHaveLength(1);
  });

  test("does not wait when the browser is online again", async () => {
    await live();
    window.dispatchEvent(new Event("offline"));
    expect(connection.state.kind).toBe("offline_since");
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("hurries when somebody waits for it, but not every time", async () => {
    (await live()).hangUp(1006);
    await vi.advanceTimersByTimeAsync(500);
    FakeSocket.newest.hangUp(1006);
    connection.hurry();
    expect(FakeSocket.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    FakeSocket.newest.hangUp(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(3);
    connection.hurry();
    expect(FakeSocket.all).toHaveLength(4);
  });

  test("keeps the moment of the loss over failed attempts", async () => {
    (await live()).hangUp(1006);
    const lost = connection.state;
    await vi.advanceTimersByTimeAsync(500);
    FakeSocket.newest.hangUp(1006);
    expect(connection.state).toBe(lost);
  });

  test("hears nothing from a link it has given up", async () => {
    const socket = await live();
    const hear = socket.onmessage;
    connection.reconnect();
    hear?.({ data: JSON.stringify({ type: "ack" }) });
    expect(events.map((event) => event.type)).not.toContain("ack");
  });

  test("takes a frame it cannot read for a broken link", async () => {
    (await live()).saying("{not json");
    expect(connection.state.kind).toBe("offline_since");
  });

  test("gives up on a server that never says welcome", async () => {
    connection.start();
    await FakeSocket.newest.accept();
    await vi.advanceTimersByTimeAsync(12_500);
    expect(FakeSocket.all).toHaveLength(2);
  });
});
