import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Entry, Outbox, type Outgoing } from "../../src/client/outbox.ts";
import { BrowserShelf, MemoryShelf, type Shelf } from "../../src/client/storage.ts";

type Said = Outgoing & { text: string };

let shelf: Shelf;
let sent: Said[];
let reconnects: number;
let linked: boolean;

const say = (text: string): Said => ({ type: "message.send", client_id: crypto.randomUUID(), text });
const refusal = (clientId: string, retryable: boolean, after_ms: number | null = null) => ({
  client_id: clientId,
  code: retryable ? "rate_limited" : "too_long",
  message: "Say it in 4,000 characters.",
  retryable,
  after_ms,
});

function outbox(): Outbox<Said> {
  return new Outbox<Said>({
    shelf,
    prefix: "ks.out.",
    send: (command) => linked && sent.push(command) > 0,
    reconnect: () => (reconnects += 1),
    onChange: () => undefined,
    random: () => 1,
  });
}

const shown = (box: Outbox<Said>): string[] => box.entries.map((e: Entry<Said>) => `${e.command.text}: ${e.state}`);

beforeEach(() => {
  vi.useFakeTimers();
  shelf = new MemoryShelf();
  sent = [];
  reconnects = 0;
  linked = true;
});

afterEach(() => vi.useRealTimers());

describe("an outbox", () => {
  test("sends one message of a conversation after the other", () => {
    const box = outbox();
    box.linkUp();
    const [first, second] = [say("first"), say("second")];
    box.add("c1", first);
    box.add("c1", second);
    expect(sent).toEqual([first]);
    expect(shown(box)).toEqual(["first: sending", "second: queued"]);
    box.settle(first.client_id);
    expect(sent).toEqual([first, second]);
    box.settle(second.client_id);
    expect(box.entries).toEqual([]);
  });

  test("lets two conversations send at the same time", () => {
    const box = outbox();
    box.linkUp();
    box.add("c1", say("here"));
    box.add("c2", say("there"));
    expect(sent.map((command) => command.text)).toEqual(["here", "there"]);
  });

  test("keeps what was written offline, over a reload, in order and under the same ids", () => {
    const before = outbox();
    const messages = [say("one"), say("two"), say("three")];
    for (const message of messages) before.add("c1", message);
    const after = outbox();
    expect(shown(after)).toEqual(["one: queued", "two: queued", "three: queued"]);
    after.linkUp();
    for (const message of messages) after.settle(message.client_id);
    expect(sent).toEqual(messages);
    expect(outbox().entries).toEqual([]);
  });

  test("asks for a new link when no ack came in 5 s, and sends the same message again", () => {
    const box = outbox();
    box.linkUp();
    const message = say("hello?");
    box.add("c1", message);
    vi.advanceTimersByTime(4_999);
    expect(reconnects).toBe(0);
    vi.advanceTimersByTime(1);
    expect(reconnects).toBe(1);
    box.linkDown();
    expect(shown(box)).toEqual(["hello?: queued"]);
    box.linkUp();
    expect(sent).toEqual([message, message]);
  });

  test("does not ask for a new link once the ack is here", () => {
    const box = outbox();
    box.linkUp();
    const message = say("hi");
    box.add("c1", message);
    box.settle(message.client_id);
    vi.advanceTimersByTime(10_000);
    expect(reconnects).toBe(0);
  });

  test("waits as long as a retryable refusal asks before it sends again", () => {
    const box = outbox();
    box.linkUp();
    const message = say("quick");
    box.add("c1", message);
    box.refuse(refusal(message.client_id, true, 2_000));
    expect(shown(box)).toEqual(["quick: queued"]);
    vi.advanceTimersByTime(1_999);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([message, message]);
  });

  test("holds later messages back while an earlier one waits out a refusal", () => {
    const box = outbox();
    box.linkUp();
    const message = say("first");
    box.add("c1", message);
    box.refuse(refusal(message.client_id, true, 2_000));
    box.add("c1", say("second"));
    expect(sent).toEqual([message]);
  });

  test("shows a final refusal as not sent, lets the next one pass, and sends again when asked", () => {
    const box = outbox();
    box.linkUp();
    const [long, next] = [say("long"), say("next")];
    box.add("c1", long);
    box.add("c1", next);
    box.refuse(refusal(long.client_id, false));
    expect(shown(box)).toEqual(["long: not_sent", "next: sending"]);
    box.settle(next.client_id);
    box.sendAgain(long.client_id);
    expect(sent).toEqual([long, next, long]);
    expect(shown(box)).toEqual(["long: sending"]);
  });

  test("takes a new id only when the old one means another message", () => {
    const box = outbox();
    box.linkUp();
    const message = say("twin");
    box.add("c1", message);
    box.refuse({ ...refusal(message.client_id, false), code: "client_id_conflict" });
    box.sendAgain(message.client_id);
    expect(sent[1]?.text).toBe("twin");
    expect(sent[1]?.client_id).not.toBe(message.client_id);
    expect(box.entries).toHaveLength(1);
  });

  test("two tabs keep each other's messages", () => {
    const [left, right] = [outbox(), outbox()];
    left.add("c1", say("left"));
    right.add("c1", say("right"));
    expect(shown(outbox()).sort()).toEqual(["left: queued", "right: queued"]);
  });

  test("throws a damaged entry away and keeps the others", () => {
    outbox().add("c1", say("whole"));
    shelf.set("ks.out.broken", "{");
    expect(shown(outbox())).toEqual(["whole: queued"]);
    expect(shelf.get("ks.out.broken")).toBeNull();
  });
});

describe("a browser shelf", () => {
  test("works where storage is refused", () => {
    const blocked = new BrowserShelf(() => {
      throw new DOMException("denied", "SecurityError");
    });
    blocked.set("a.1", "x");
    expect(blocked.get("a.1")).toBe("x");
    expect(blocked.keys("a.")).toEqual(["a.1"]);
    blocked.remove("a.1");
    expect(blocked.get("a.1")).toBeNull();
  });

  test("keeps in memory what does not fit any more", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    const full = new BrowserShelf();
    full.set("draft", "half a sentence");
    expect(full.get("draft")).toBe("half a sentence");
  });
});
