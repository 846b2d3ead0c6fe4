import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MessageCreated, SiteInfo, VisitorState } from "../src/client/protocol.gen.ts";
import { MemoryShelf } from "../src/client/storage.ts";
import { Chat, TALK_TO_A_PERSON } from "../src/model.ts";
import type { Proof } from "../src/proof.ts";
import { Refused, type Rest } from "../src/rest.ts";
import { FakeSocket } from "./client/fake-socket.ts";

const SITE: SiteInfo = {
  key: "larkmoor",
  name: "Larkmoor",
  accent: "#0E5F70",
  locale: "en",
  greeting: "Hi!",
  starters: ["Does it fit my bike?"],
  team: ["Maya Keller"],
  availability: { open: true, changes_at: null, people: ["Maya", "Dana"] },
  uploads: false,
  notice: null,
  privacy_url: null,
  consent: false,
  mail: false,
  words: {},
};
const BOT: VisitorState = { status: "bot", agent: null, place: null, answer_by: null, staffed: false, read: 0, wait: null, callback: null, ask: null };

let shelf: MemoryShelf;
let rest: Rest & { sessions: number; isDown: boolean; older: MessageCreated[]; asked: unknown[]; needsConsent: boolean };
let chats: Chat[];

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  chats = [];
  shelf = new MemoryShelf();
  rest = {
    sessions: 0,
    isDown: false,
    older: [],
    asked: [],
    needsConsent: false,
    async site() {
      if (rest.isDown) throw new TypeError("Failed to fetch");
      return SITE;
    },
    async session(_site, _token, consent) {
      if (rest.isDown) throw new TypeError("Failed to fetch");
      if (rest.needsConsent && !consent) throw new Refused(403, "consent_required", "Agree first.", false);
      rest.sessions += 1;
      return { token: `token-${rest.sessions}`, site: SITE };
    },
    async goOn(link) {
      if (link === "ended") throw new Refused(401, "link_ended", "This link has ended.", false);
      rest.sessions += 1;
      return { token: `by-${link}`, site: SITE };
    },
    async own(_token, method, path, body) {
      rest.asked.push({ method, path, body });
      return new Response("{}");
    },
    async identify() {
      rest.sessions += 1;
      return { token: `identified-${rest.sessions}`, site: SITE };
    },
    async history(_token, before) {
      if (rest.isDown) throw new Refused(503, "unavailable", "Try again.", true);
      const page = rest.older.filter((message) => message.seq < before).slice(-50);
      return { messages: page, more: (page[0]?.seq ?? 1) > 1 };
    },
  };
});

afterEach(() => {
  for (const chat of chats) chat.shutdown();
  vi.useRealTimers();
});

function a_chat(): Chat {
  const chat = new Chat({
    site: "larkmoor",
    languages: ["en-GB"],
    shelf,
    rest,
    socketUrl: "wss://chat.example/ws/visitor",
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
    random: () => 0,
  });
  chats.push(chat);
  return chat;
}

function a_message(seq: number, fields: Partial<MessageCreated> = {}): MessageCreated & Record<string, unknown> {
  return {
    type: "message.created",
    conversation_id: "c1",
    seq,
    id: `m${seq}`,
    client_id: null,
    author: { kind: "bot", name: "Assistant" },
    text: `message ${seq}`,
    attachments: [],
    buttons: [],
    card: null,
    sent_at: "2026-11-22T10:02:00Z",
    re: null,
    lang: null,
    ...fields,
  };
}

const welcome = (fields: Record<string, unknown> = {}) => ({
  type: "welcome",
  conversation_id: "c1",
  epoch: "e1",
  head: 0,
  reset: false,
  state: BOT,
  availability: SITE.availability,
  heartbeat: 25,
  limits: { text: 4000, frame: 65536 },
  ...fields,
});

async function live(chat: Chat, messages: MessageCreated[] = [], fields: Record<string, unknown> = {}): Promise<FakeSocket> {
  chat.start();
  return greeted(messages, fields);
}

async function greeted(messages: MessageCreated[] = [], fields: Record<string, unknown> = {}): Promise<FakeSocket> {
  await vi.advanceTimersByTimeAsync(0);
  const socket = FakeSocket.newest;
  await socket.accept();
  socket.say(welcome(fields));
  for (const message of messages) socket.say({ ...message });
  socket.say({ type: "synced", head: messages[messages.length - 1]?.seq ?? 0 });
  return socket;
}

const ack = (clientId: unknown, seq: number) => ({
  type: "ack",
  client_id: clientId,
  conversation_id: "c1",
  seq,
  pos: seq,
  id: `m${seq}`,
  sent_at: "2026-11-22T10:02:00Z",
  duplicate: false,
  gen: null,
});

describe("a first visit", () => {
  test("asks for one token, keeps it, and shows the shop", async () => {
    const chat = a_chat();
    const socket = await live(chat, [], { conversation_id: null });
    expect(rest.sessions).toBe(1);
    expect(chat.site.value?.name).toBe("Larkmoor");
    expect(socket.ofType("hello")[0]).toMatchObject({ token: "token-1", after: 0, conversation_id: null });
    expect(shelf.get("kickstand.larkmoor.token")).toBe("token-1");
  });

  test("keeps what is written before anything could be reached", async () => {
    rest.isDown = true;
    const chat = a_chat();
    chat.start();
    chat.say("does the fell 2 fit?");
    await vi.advanceTimersByTimeAsync(0);
    await FakeSocket.newest.accept();
    expect(chat.pending.value.map((p) => [p.command.text, p.state])).toEqual([["does the fell 2 fit?", "queued"]]);
    rest.isDown = false;
    await vi.advanceTimersByTimeAsync(1);
    const socket = await greeted([], { conversation_id: null });
    expect(socket.ofType("message.send")).toMatchObject([{ text: "does the fell 2 fit?" }]);
  });
});

describe("saying something", () => {
  test("shows it at once and never twice", async () => {
    const chat = a_chat();
    const socket = await live(chat, [], { conversation_id: null });
    chat.say("  hello  ");
    const [sent] = socket.ofType("message.send");
    expect(chat.pending.value.map((p) => p.state)).toEqual(["sending"]);
    socket.say(ack(sent?.["client_id"], 1));
    expect(chat.pending.value.map((p) => p.state)).toEqual(["landed"]);
    socket.say(a_message(1, { author: { kind: "visitor", name: null }, client_id: sent?.["client_id"] as string, text: "hello" }));
    expect(chat.pending.value).toEqual([]);
    expect(chat.messages.value.map((m) => m.text)).toEqual(["hello"]);
  });

  test("takes the stream for an ack that got lost", async () => {
    const chat = a_chat();
    const socket = await live(chat);
    chat.say("hello");
    const clientId = socket.ofType("message.send")[0]?.["client_id"] as string;
    socket.hangUp(1006);
    expect(chat.pending.value.map((p) => p.state)).toEqual(["queued"]);
    await vi.advanceTimersByTimeAsync(1);
    const again = await greeted([a_message(1, { author: { kind: "visitor", name: null }, client_id: clientId })]);
    expect(chat.pending.value).toEqual([]);
    expect(again.ofType("message.send")).toEqual([]);
  });

  test("keeps a final refusal with its reason, and sends it again when asked", async () => {
    const chat = a_chat();
    const socket = await live(chat);
    chat.say("hello");
    const clientId = socket.ofType("message.send")[0]?.["client_id"] as string;
    socket.say({ type: "nack", client_id: clientId, code: "too_long", message: "Say it in two.", retryable: false, after_ms: null });
    expect(chat.pending.value).toMatchObject([{ state: "not_sent", problem: "Send it in two parts." }]);
    chat.sendAgain(clientId);
    expect(socket.ofType("message.send").map((m) => m["client_id"])).toEqual([clientId, clientId]);
  });

  test("refuses what is empty or too long before it leaves", async () => {
    const chat = a_chat();
    await live(chat);
    chat.say("   ");
    chat.say("x".repeat(4001));
    expect(chat.pending.value).toEqual([]);
  });

  test("survives a reload, and so does the draft", async () => {
    const before = a_chat();
    before.say("sent in a tunnel");
    before.write("half a sen");
    const after = a_chat();
    expect(after.draft.value).toBe("half a sen");
    const socket = await live(after);
    expect(socket.ofType("message.send")).toMatchObject([{ text: "sent in a tunnel" }]);
    after.write("");
    expect(a_chat().draft.value).toBe("");
  });
});

test("what another tab got through stays in sight here until this tab's own link brings it, and comes once", async () => {
  const channels: { name: string; onmessage: ((said: { data: unknown }) => void) | null }[] = [];
  class Channel {
    onmessage = null;
    constructor(readonly name: string) {
      channels.push(this);
    }
    postMessage(data: unknown): void {
      for (const each of channels) if (each !== this && each.name === this.name) each.onmessage?.({ data });
    }
    close(): void {}
  }
  vi.stubGlobal("BroadcastChannel", Channel);
  const one = a_chat();
  const its = await live(one);
  const other = a_chat();
  (await live(other)).hangUp(1006);
  one.say("hello");
  expect(other.pending.value.map((p) => p.state)).toEqual(["queued"]);
  const clientId = its.ofType("message.send")[0]?.["client_id"] as string;
  its.say(ack(clientId, 1));
  expect(other.pending.value.map((p) => [p.command.text, p.state])).toEqual([["hello", "landed"]]);
  await vi.advanceTimersByTimeAsync(1);
  await greeted([a_message(1, { author: { kind: "visitor", name: null }, client_id: clientId, text: "hello" })]);
  expect(other.pending.value).toEqual([]);
  expect(other.messages.value.map((m) => m.text)).toEqual(["hello"]);
  vi.unstubAllGlobals();
});

test("a server that is gone for an hour is asked gently, and gets once and in order what was written meanwhile", async () => {
  const chat = new Chat({
    site: "larkmoor",
    languages: ["en-GB"],
    shelf,
    rest,
    socketUrl: "wss://chat.example/ws/visitor",
    open: (url) => {
      const socket = new FakeSocket(url);
      if (isGone) setTimeout(() => socket.hangUp(1006), 0);
      return socket as unknown as WebSocket;
    },
    random: () => 1,
  });
  let isGone = false;
  chats.push(chat);
  const before = await live(chat, [a_message(1)]);
  isGone = rest.isDown = true;
  before.hangUp(1006);
  const words = Array.from({ length: 12 }, (_, minute) => `minute ${minute * 5}`);
  const hourAgo = FakeSocket.all.length;
  for (const each of words) {
    chat.say(each);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
  }
  expect(chat.pending.value.map((p) => [p.command.text, p.state])).toEqual(words.map((each) => [each, "queued"]));
  expect(chat.link.value.kind).toBe("offline_since");
  // Half a minute between tries, and one more for each message that was written.
  expect(FakeSocket.all.length - hourAgo).toBeLessThan(160);

  isGone = rest.isDown = false;
  while (FakeSocket.newest.readyState !== 0) await vi.advanceTimersByTimeAsync(1_000);
  const socket = await greeted([], { head: 1 });
  for (let seq = 2; seq < 14; seq += 1) {
    const sent = socket.ofType("message.send");
    expect(sent.map((each) => each["text"])).toEqual(words.slice(0, seq - 1));
    socket.say(ack(sent[seq - 2]?.["client_id"], seq));
  }
  expect(socket.ofType("message.send")).toHaveLength(12);
});

describe("asking for a person", () => {
  test("counts as asked from the tap until the server has acted", async () => {
    const chat = a_chat();
    const socket = await live(chat);
    chat.talkToPerson("A person please");
    chat.talkToPerson("A person please");
    expect(socket.ofType("message.send")).toMatchObject([{ text: "A person please", payload: TALK_TO_A_PERSON }]);
    expect(chat.isAskingForPerson.value).toBe(true);
    socket.say({ type: "conversation.updated", conversation_id: "c1", state: { ...BOT, status: "waiting", place: 2 } });
    expect(chat.isAskingForPerson.value).toBe(false);
    expect(chat.state.value.place).toBe(2);
  });
});

describe("resuming", () => {
  test("says what it has and shows what it missed, once", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1), a_message(2)]);
    socket.hangUp(1006);
    await vi.advanceTimersByTimeAsync(1);
    const again = await greeted([a_message(2), a_message(3)]);
    expect(again.ofType("hello")[0]).toMatchObject({ after: 2, conversation_id: "c1", epoch: "e1" });
    expect(chat.messages.value.map((m) => m.seq)).toEqual([1, 2, 3]);
  });

  test("repairs everything that can change from the welcome alone", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1)]);
    socket.hangUp(1006);
    await vi.advanceTimersByTimeAsync(1);
    await greeted([], { state: { ...BOT, status: "human", agent: "Maya Keller", read: 1 }, head: 1 });
    expect(chat.state.value).toMatchObject({ status: "human", agent: "Maya Keller", read: 1 });
  });

  test("asks for a hole instead of showing it", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1)]);
    socket.say(a_message(3));
    expect(socket.ofType("sync")).toEqual([{ type: "sync", after: 1 }]);
    expect(chat.messages.value.map((m) => m.seq)).toEqual([1]);
  });

  test("discards its copy on reset and pages upwards from there", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1)]);
    socket.hangUp(1006);
    await vi.advanceTimersByTimeAsync(1);
    rest.older = Array.from({ length: 100 }, (_, i) => a_message(i + 1));
    await greeted([a_message(101), a_message(102)], { reset: true });
    expect(chat.messages.value.map((m) => m.seq)).toEqual([101, 102]);
    expect(chat.older.value).toBe("some");
    await chat.loadOlder();
    expect(chat.messages.value).toHaveLength(52);
    await chat.loadOlder();
    expect(chat.messages.value[0]?.seq).toBe(1);
    expect(chat.older.value).toBe("none");
  });

  test("offers the earlier page again when it could not be had", async () => {
    const chat = a_chat();
    await live(chat, [a_message(51)], { reset: true });
    rest.isDown = true;
    await chat.loadOlder();
    expect(chat.older.value).toBe("some");
  });

  test("begins anew, once, when the server does not know the token", async () => {
    shelf.set("kickstand.larkmoor.token", "stale");
    const chat = a_chat();
    chat.start();
    await vi.advanceTimersByTimeAsync(0);
    await FakeSocket.newest.accept();
    FakeSocket.newest.hangUp(4501);
    await vi.advanceTimersByTimeAsync(0);
    await FakeSocket.newest.accept();
    expect(FakeSocket.newest.ofType("hello")[0]).toMatchObject({ token: "token-1", after: 0 });
    FakeSocket.newest.hangUp(4501);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(chat.link.value).toEqual({ kind: "stopped", code: 4501 });
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("gets a fresh token for the same visitor when the old one expired", async () => {
    const chat = a_chat();
    (await live(chat)).hangUp(4406);
    await vi.advanceTimersByTimeAsync(1);
    const socket = await greeted();
    expect(socket.ofType("hello")[0]).toMatchObject({ token: "token-2" });
  });
});

describe("what is new", () => {
  test("is counted until it is looked at, also over a reload", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1), a_message(2, { author: { kind: "visitor", name: null } })]);
    expect(chat.unread.value.map((m) => m.seq)).toEqual([1]);
    chat.look();
    expect(chat.unread.value).toEqual([]);
    expect(socket.ofType("read")).toEqual([{ type: "read", seq: 2 }]);
    const reloaded = a_chat();
    await live(reloaded, [a_message(1), a_message(2), a_message(3)]);
    expect(reloaded.unread.value.map((m) => m.seq)).toEqual([3]);
  });
});

describe("typing", () => {
  test("of the other side fades when nothing follows, and ends with the message", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1)]);
    const typing = { type: "typing", conversation_id: "c1", by: { kind: "agent", name: "Maya Keller" }, on: true };
    socket.say(typing);
    expect(chat.typist.value?.name).toBe("Maya Keller");
    await vi.advanceTimersByTimeAsync(6_000);
    expect(chat.typist.value).toBeNull();
    socket.say(typing);
    socket.say(a_message(2, { author: { kind: "agent", name: "Maya Keller" } }));
    expect(chat.typist.value).toBeNull();
  });

  test("of the visitor is told every few seconds, not on every key", async () => {
    const chat = a_chat();
    const socket = await live(chat, [a_message(1)]);
    for (const draft of ["h", "he", "hel"]) chat.write(draft);
    await vi.advanceTimersByTimeAsync(3_000);
    chat.write("hell");
    chat.write("");
    expect(socket.ofType("typing").map((frame) => frame["on"])).toEqual([true, true, false]);
  });
});

test("after shutdown nothing of the visitor is left in the browser", async () => {
  const chat = a_chat();
  await live(chat, [a_message(1)]);
  chat.write("draft");
  chat.say("unsent");
  chat.look();
  chat.shutdown();
  expect(shelf.keys("kickstand.")).toEqual([]);
});

describe("identity", () => {
  const jwt = (claims: object): Proof => ({ token: `h.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.s` });

  test("takes the new token and starts over with it, once for the same person", async () => {
    const chat = a_chat();
    await live(chat, [a_message(1)]);
    await chat.identify(jwt({ sub: "7", exp: 1 }));
    expect(chat.messages.value).toEqual([]);
    await FakeSocket.newest.accept();
    expect(FakeSocket.newest.ofType("hello")).toMatchObject([{ token: "identified-2", conversation_id: null, after: 0 }]);
    await chat.identify(jwt({ sub: "7", exp: 2 }));
    expect(rest.sessions).toBe(2);
    await chat.identify(jwt({ sub: "8", exp: 2 }));
    expect(rest.sessions).toBe(3);
  });

  test("makes no stranger of who is told meanwhile that the old token has ended", async () => {
    const chat = a_chat();
    await live(chat, [a_message(1)]);
    const identified = chat.identify(jwt({ sub: "7" }));
    FakeSocket.newest.hangUp(4406);
    await identified;
    await vi.advanceTimersByTimeAsync(1_000);
    await FakeSocket.newest.accept();
    expect(FakeSocket.newest.ofType("hello")).toMatchObject([{ token: "identified-2" }]);
    expect(rest.sessions).toBe(2);
  });

  test("that is refused leaves the visitor who they were", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const chat = a_chat();
    await live(chat, [a_message(1)]);
    rest.identify = async () => {
      throw new Refused(422, "bad_identity", "This token is not signed with a secret of this site.", false);
    };
    await chat.identify({ token: "junk" });
    expect(chat.messages.value).toHaveLength(1);
    expect(warn).toHaveBeenCalledOnce();
    await chat.identify({ user_id: "7", exp: 1, hash: "0".repeat(64) });
    expect(warn).toHaveBeenCalledTimes(2);
    await live(chat);
    expect(rest.sessions).toBe(1);
  });

  test("that the line did not let through is told once it does", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const chat = a_chat();
    await live(chat, [a_message(1)]);
    const { identify } = rest;
    rest.identify = async () => {
      throw new TypeError("Failed to fetch");
    };
    await chat.identify(jwt({ sub: "7" }));
    rest.identify = identify;
    FakeSocket.newest.hangUp(1006);
    await vi.advanceTimersByTimeAsync(1_000);
    await greeted();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shelf.get("kickstand.larkmoor.token")).toBe("identified-2");
  });

  test("that ended on the server is shown anew, and nobody stays a stranger", async () => {
    const chat = a_chat();
    await live(chat, [a_message(1)]);
    await chat.identify(jwt({ sub: "7", exp: 1 }));
    await greeted();
    await chat.identify(jwt({ sub: "7", exp: 2 }));
    expect(shelf.get("kickstand.larkmoor.token")).toBe("identified-2");
    FakeSocket.newest.hangUp(4406);
    await vi.advanceTimersByTimeAsync(1_000);
    await FakeSocket.newest.accept();
    expect(shelf.get("kickstand.larkmoor.token")).toBe("identified-4");
  });

  test("of before is not taken for the new token's when the page says nothing", async () => {
    shelf.set("kickstand.larkmoor.token", "ended");
    shelf.set("kickstand.larkmoor.identity", JSON.stringify({ sub: "7" }));
    const chat = a_chat();
    void chat.start();
    await FakeSocket.newest.accept();
    FakeSocket.newest.hangUp(4406);
    await vi.advanceTimersByTimeAsync(1_000);
    await FakeSocket.newest.accept();
    expect(shelf.get("kickstand.larkmoor.token")).toBe("token-1");
    await chat.identify(jwt({ sub: "7", exp: 3 }));
    expect(shelf.get("kickstand.larkmoor.token")).toBe("identified-2");
  });
});

describe("a site that asks for consent", () => {
  test("learns and keeps nothing before the visitor agrees, and then who the page says it is", async () => {
    rest.needsConsent = true;
    const chat = a_chat();
    void chat.start();
    await vi.advanceTimersByTimeAsync(1);
    FakeSocket.newest.readyState = 1;
    FakeSocket.newest.onopen?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(chat.mustConsent.value).toBe(true);
    expect(chat.site.value?.name).toBe("Larkmoor");
    chat.say("hello");
    void chat.identify({ token: "a.b.c" });
    await vi.advanceTimersByTimeAsync(1);
    expect([rest.sessions, shelf.keys("").length, chat.isEmpty.value]).toEqual([0, 0, true]);

    await chat.agree();
    await vi.advanceTimersByTimeAsync(1);
    expect(chat.mustConsent.value).toBe(false);
    expect(rest.sessions).toBe(2);
  });
});

describe("a link from a mail", () => {
  test("takes the place of the conversation that was held here", async () => {
    shelf.set("kickstand.larkmoor.token", "another");
    shelf.set("kickstand.larkmoor.draft", "of another");
    const chat = a_chat();
    await chat.start("a1.b2");
    expect(shelf.get("kickstand.larkmoor.token")).toBe("by-a1.b2");
    expect(chat.draft.value).toBe("");
  });

  test("that has ended leaves everything as it was", async () => {
    shelf.set("kickstand.larkmoor.token", "mine");
    const chat = a_chat();
    await chat.start("ended");
    expect(shelf.get("kickstand.larkmoor.token")).toBe("mine");
    expect(chat.link.value.kind).toBe("connecting");
  });
});
