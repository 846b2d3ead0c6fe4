import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeepShelf } from "../../src/client/deep-shelf.ts";
import { Outbox, type Outgoing } from "../../src/client/outbox.ts";
import { MemoryShelf } from "../../src/client/storage.ts";
import { Tabs, type Word } from "../../src/client/tabs.ts";

interface Tab {
  outbox: Outbox<Outgoing & { text: string }>;
  sent: string[];
}

let shelf: MemoryShelf;

beforeEach(() => {
  shelf = new MemoryShelf();
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Tabs that share a shelf and hear each other at once. */
function tabs(count: number): Tab[] {
  const all: Tab[] = [];
  for (let i = 0; i < count; i += 1) {
    const sent: string[] = [];
    const outbox: Tab["outbox"] = new Outbox({
      shelf,
      prefix: "out.",
      send: (command) => sent.push(command.text) > 0,
      reconnect: () => undefined,
      onChange: () => undefined,
      tell: (key, text) => all.filter((tab) => tab.outbox !== outbox).forEach((tab) => tab.outbox.hear(key, text)),
    });
    all.push({ outbox, sent });
  }
  return all;
}

const message = (text: string): Outgoing & { text: string } => ({ type: "message.send", client_id: text, text });

test("what is written in one tab waits in the other as well, and is sent by the one", () => {
  const [one, other] = tabs(2) as [Tab, Tab];
  other.outbox.linkUp();
  one.outbox.add("chat", message("hello"));
  expect(other.outbox.entries.map((entry) => entry.command.text)).toEqual(["hello"]);
  one.outbox.linkUp();
  expect([one.sent, other.sent]).toEqual([["hello"], []]);
  one.outbox.settle("hello");
  expect(other.outbox.entries).toEqual([]);
  expect(shelf.keys("out.")).toEqual([]);
});

test("where a message was sent it stays in sight until it comes back there, whoever saw it first", () => {
  const [one, other] = tabs(2) as [Tab, Tab];
  one.outbox.linkUp();
  one.outbox.add("chat", message("hello"));
  other.outbox.settle("hello");
  expect(one.outbox.entries.map((entry) => entry.command.text)).toEqual(["hello"]);
  one.outbox.settle("hello");
  expect(one.outbox.entries).toEqual([]);
  expect(shelf.keys("out.")).toEqual([]);
});

test("what a tab that went has left is sent by the one that stayed, in the order it was written", () => {
  const [gone, stayed] = tabs(2) as [Tab, Tab];
  gone.outbox.add("chat", message("first"));
  gone.outbox.add("chat", message("second"));
  stayed.outbox.linkUp();
  stayed.outbox.add("chat", message("third"));
  vi.advanceTimersByTime(10_000);
  for (const text of ["first", "second", "third"]) stayed.outbox.settle(text);
  expect([...stayed.sent].sort()).toEqual(["first", "second", "third"]);
  expect(stayed.sent.indexOf("first")).toBeLessThan(stayed.sent.indexOf("second"));
});

test("junk from another version of the chat is not heard", async () => {
  vi.useRealTimers();
  const heard: Word[] = [];
  const [speaker, hearer] = [new BroadcastChannel("t"), new Tabs("t", (word) => heard.push(word))];
  for (const word of [null, 7, { kind: "dance" }, { kind: "kept", key: "k" }, { kind: "draft", text: 1 }, { kind: "left" }]) speaker.postMessage(word);
  await vi.waitFor(() => expect(heard).toEqual([{ kind: "left" }]));
  hearer.close();
  hearer.tell({ kind: "left" });
  speaker.close();
});

test("a browser without a database keeps texts on the other shelf", async () => {
  vi.useRealTimers();
  vi.stubGlobal("indexedDB", undefined);
  shelf.set("out.a", "1");
  shelf.set("other", "2");
  const deep = await DeepShelf.open("kickstand", "out.", shelf);
  deep.set("out.b", "3");
  deep.remove("out.a");
  expect(deep.keys("out.")).toEqual(["out.b"]);
  expect(shelf.keys("").sort()).toEqual(["other", "out.b"]);
});
