import type { Signal } from "@preact/signals";
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FitCard, MessageCreated, SiteInfo } from "../src/client/protocol.gen.ts";
import { MemoryShelf } from "../src/client/storage.ts";
import { learn } from "../src/i18n.ts";
import { Chat } from "../src/model.ts";
import { Panel } from "../src/ui/Panel.tsx";
import { FakeSocket } from "./client/fake-socket.ts";

const SITE: SiteInfo = {
  key: "larkmoor",
  name: "Larkmoor",
  accent: "#0E5F70",
  locale: "en",
  greeting: "Hi! What can we sort out?",
  starters: ["Does it fit my bike?", "Where’s my order?"],
  team: ["Maya", "Dana"],
  availability: { open: true, changes_at: null, people: ["Maya", "Dana"] },
  uploads: false,
  notice: null,
  privacy_url: null,
  consent: false,
  mail: false,
  words: {},
};
const STATE = { status: "bot", agent: null, place: null, answer_by: null, staffed: false, read: 0, wait: null, callback: null, ask: null };
const FIT: FitCard = {
  kind: "fit",
  verdict: "fits_with_notes",
  headline: "Fits your 2019 MT-07",
  sub: null,
  part: { sku: "LM-F2", name: "Fell 2", price: { amount: 38900, currency: "EUR" }, stock: "in stock", image: null, url: null },
  notes: ["Closed course only. For the road, choose Fell R."],
  in_box: [],
  needs: [{ sku: "LP-07", name: "link pipe LP-07, €64" }],
  source: "Our catalogue, 12 Nov",
  action: { label: "See the Fell 2", url: "https://shop.example/fell-2" },
};

let root: HTMLElement;
let chat: Chat;
let closed: number;
let asked: { method: string; path: string; body: unknown }[];
let answers: Record<string, unknown>;
let socket: FakeSocket;

beforeEach(async () => {
  FakeSocket.all = [];
  closed = 0;
  asked = [];
  answers = { "/callbacks": { times: [] }, "/email": { email: null } };
  root = document.createElement("div");
  document.body.append(root);
  chat = new Chat({
    site: "larkmoor",
    languages: ["en-GB"],
    shelf: new MemoryShelf(),
    rest: {
      site: async () => SITE,
      session: async () => ({ token: "token", site: SITE }),
      identify: async () => ({ token: "token", site: SITE }),
      history: async () => ({ messages: [], more: false }),
      goOn: async () => ({ token: "token", site: SITE }),
      own: async (_token, method, path, body) => {
        asked.push({ method, path, body });
        return new Response(JSON.stringify(answers[path] ?? {}));
      },
    },
    socketUrl: "wss://chat.example/ws/visitor",
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
  });
  chat.isOpen.value = true;
  render(<Panel chat={chat} isFull={false} onClose={() => (closed += 1)} />, root);
  await drawn(() => chat.start());
  socket = FakeSocket.newest;
  socket.readyState = 1;
  await drawn(() => socket.onopen?.());
  await drawn(() => {
    socket.say({ type: "welcome", conversation_id: null, epoch: "e", head: 0, reset: false, state: STATE, availability: SITE.availability, heartbeat: 25, limits: { text: 4000, frame: 65536 } });
    socket.say({ type: "synced", head: 0 });
  });
});

afterEach(() => {
  render(null, root);
  render(null, root);
  root.remove();
  chat.shutdown();
});

/** Does it, and gives promises and the renderer their turn. */
async function drawn(act: () => unknown): Promise<void> {
  act();
  await new Promise((done) => setTimeout(done, 0));
  await new Promise((done) => setTimeout(done, 0));
}

const hear = (...frames: Record<string, unknown>[]): Promise<void> => drawn(() => frames.forEach((frame) => socket.say(frame)));

function a_message(seq: number, fields: Partial<MessageCreated>): Record<string, unknown> {
  return {
    type: "message.created",
    conversation_id: "c1",
    seq,
    id: `m${seq}`,
    client_id: null,
    author: { kind: "bot", name: "Assistant" },
    text: "",
    attachments: [],
    buttons: [],
    card: null,
    sent_at: new Date().toISOString(),
    re: null,
    lang: null,
    ...fields,
  };
}

const button = (name: string): HTMLButtonElement => {
  const found = [...root.querySelectorAll("button")].find((b) => (b.getAttribute("aria-label") ?? b.textContent) === name);
  if (found === undefined) throw new Error(`there is no button "${name}"`);
  return found;
};
const press = (name: string, kind = ""): Promise<void> =>
  drawn(() => (kind === "" ? button(name) : (root.querySelector(`article button[type=${kind}]`) as HTMLButtonElement)).click());
const log = (): string => root.querySelector("[role=log]")?.textContent ?? "";

describe("the panel", () => {
  test("starts a conversation from a starter", async () => {
    expect(root.querySelector("h2")?.textContent).toBe("Hi! What can we sort out?");
    await press("Does it fit my bike?");
    expect(socket.ofType("message.send")).toMatchObject([{ text: "Does it fit my bike?" }]);
    expect(log()).toContain("Does it fit my bike?");
  });

  test("offers a person in every state, with one tap", async () => {
    await press("Talk to a person");
    expect(socket.ofType("message.send")).toMatchObject([{ payload: "/human_request" }]);
    expect(root.querySelector("header")?.textContent).toContain("Person asked for");
    await hear(a_message(1, { text: "Hello" }), { type: "conversation.updated", conversation_id: "c1", state: { ...STATE, status: "closed" } });
    expect(button("Talk to a person")).toBeDefined();
  });

  test("shows the agent's face and name in place of the brand", async () => {
    await hear(a_message(1, { text: "Hello" }), { type: "conversation.updated", conversation_id: "c1", state: { ...STATE, status: "human", agent: "Maya Keller" } });
    expect(root.querySelector("h1")?.textContent).toBe("Maya");
    expect(root.querySelector("header")?.textContent).toContain("Larkmoor · person");
    expect(root.querySelector("textarea")?.placeholder).toBe("Write to Maya");
  });

  test("tells the place and the latest moment while one waits", async () => {
    const answer_by = new Date(Date.now() + 180_000).toISOString();
    await hear(a_message(1, { text: "Hello" }), { type: "conversation.updated", conversation_id: "c1", state: { ...STATE, status: "waiting", place: 2, answer_by, staffed: true } });
    expect(root.textContent).toContain("You’re second in line");
    expect(root.textContent).toMatch(/A person answers by .* at the latest\./);
    expect(root.textContent).toContain("Everything you wrote goes with you.");
  });

  test("closes on Escape", async () => {
    await drawn(() => root.querySelector("main")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));
    expect(closed).toBe(1);
  });

  test("hears keys while nothing in it has focus: a letter goes to the field, Escape closes", async () => {
    const field = root.querySelector("textarea");
    const type = (init: KeyboardEventInit): Promise<void> => drawn(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true })));
    expect(document.activeElement).toBe(document.body);
    await type({ key: "Shift" });
    await type({ key: "c", ctrlKey: true });
    await type({ key: " " });
    expect(document.activeElement).toBe(document.body);
    await type({ key: "d" });
    expect(document.activeElement).toBe(field);
    field?.blur();
    await type({ key: "Escape" });
    expect(closed).toBe(1);
  });

  test("leaves a letter where focus is", async () => {
    button("Send").focus();
    await drawn(() => button("Send").dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true })));
    expect(document.activeElement).toBe(button("Send"));
  });
});

describe("a message", () => {
  test("is text, whatever it looks like", async () => {
    const attack = `<img src=x onerror="alert(1)"><script>alert(2)</script> [x](javascript:alert(3))`;
    await hear(a_message(1, { text: attack, author: { kind: "agent", name: "<b>Maya</b>" } }));
    expect(log()).toContain(attack);
    expect(root.querySelectorAll("img, script, a, b")).toHaveLength(0);
  });

  test("may hold links, which open without telling where they were", async () => {
    await hear(a_message(1, { text: "See https://shop.example/x. Not javascript:alert(1)" }));
    const links = [...root.querySelectorAll("a")];
    expect(links.map((link) => [link.href, link.rel, link.target])).toEqual([
      ["https://shop.example/x", "noopener noreferrer nofollow", "_blank"],
    ]);
  });

  test("names its language, and that of its quick replies, where it is not the panel's", async () => {
    await hear(a_message(1, { text: "Which year?", lang: "fr", buttons: [{ title: "2018", payload: "/tell" }] }), a_message(2, { text: "Hi" }));
    expect([...root.querySelectorAll("[role=log] [lang]")].map((each) => [each.getAttribute("lang"), each.textContent])).toEqual([
      ["fr", "Which year?"],
      ["fr", "2018"],
    ]);
  });

  test("of the bot says Bot, one of a person does not", async () => {
    await hear(a_message(1, { text: "Hi" }));
    expect(log()).toContain("AssistantBot");
    await hear(a_message(2, { text: "Hello", author: { kind: "agent", name: "Maya Keller" } }));
    expect(log()).not.toContain("MayaBot");
  });

  test("that was refused keeps its words and can be sent again", async () => {
    await drawn(() => chat.say("refuse me"));
    const client_id = socket.ofType("message.send")[0]?.["client_id"];
    await hear({ type: "nack", client_id, code: "too_long", message: "Say it in two.", retryable: false, after_ms: null });
    expect(log()).toContain("Not sent. Send it in two parts.");
    await press("Send again");
    expect(socket.ofType("message.send")).toHaveLength(2);
  });

  test("with quick replies sends title and payload, and the replies leave", async () => {
    await hear(a_message(1, { text: "Which year?", buttons: [{ title: "2018–20", payload: '/tell{"year": "2018"}' }] }));
    await press("2018–20");
    expect(socket.ofType("message.send")).toMatchObject([{ text: "2018–20", payload: '/tell{"year": "2018"}' }]);
    expect(root.querySelector("[aria-label='Quick replies']")).toBeNull();
  });
});

test("an article is drawn once, on its card, and not in words above it as well", async () => {
  const card = { kind: "article", title: "Refunds", text: "Five working days.", source: "Returns", action: null };
  await hear(a_message(1, { text: "Five working days.\n\nFrom “Returns”", card: card as MessageCreated["card"] }));
  expect(root.textContent?.split("Five working days.")).toHaveLength(2);
  await hear(a_message(2, { text: "Here is how:", card: card as MessageCreated["card"] }));
  expect(root.textContent).toContain("Here is how:");
});

describe("a fit card", () => {
  test("says yes first, then every note, then the one button", async () => {
    await hear(a_message(1, { card: FIT }));
    const text = log();
    const order = ["Fits your 2019 MT-07", "2 notes", "Fell 2", "€389", "Closed course only.", "Needs link pipe LP-07", "See the Fell 2", "Our catalogue"];
    expect(order.map((part) => text.indexOf(part))).toEqual([...order.map((part) => text.indexOf(part))].sort((a, b) => a - b));
    expect(order.every((part) => text.includes(part))).toBe(true);
  });

  test("asks a fitter with the part's name", async () => {
    await hear(a_message(1, { card: FIT }));
    await press("Ask a fitter");
    expect(socket.ofType("message.send")).toMatchObject([{ text: "I'd like to ask a fitter about Fell 2", payload: "/human_request" }]);
  });

  test("follows no address that is not of the web", async () => {
    const bad = { ...FIT, action: { label: "See it", url: "javascript:alert(1)" }, part: { ...FIT.part, image: "data:text/html,x" } };
    await hear(a_message(1, { card: bad }));
    expect(root.querySelectorAll("a, img")).toHaveLength(0);
  });

  test("shows a promise with its day, its state in a word and what happens next", async () => {
    const card = { kind: "promise", what: "New gasket at your door", by: "Maya", due: "2026-11-27T12:00:00Z", state: "agreed_anew", was_due: "2026-11-25T12:00:00Z", then: "Dana steps in if Maya is out." };
    await hear(a_message(1, { author: { kind: "agent", name: "Maya" }, card: card as MessageCreated["card"] }));
    const shown = root.querySelector("article")?.textContent ?? "";
    for (const words of ["Maya’s promise", "Agreed anew", "27", "Nov", "New gasket at your door", "Dana steps in"]) expect(shown).toContain(words);
  });

  test("shows what makes up for a mistake, and an article as text", async () => {
    const remedy = { kind: "remedy", headline: "A new gasket", lines: ["Sent today"], amount: { amount: 2400, currency: "EUR" }, state: "offered" };
    const article = { kind: "article", title: "Fit a gasket", text: "<b>Clean</b> the flange.", source: "Larkmoor guide", action: null };
    await hear(a_message(1, { card: remedy as MessageCreated["card"] }), a_message(2, { card: article as MessageCreated["card"] }));
    expect(log()).toContain("For you€24A new gasketSent today");
    expect(log()).toContain("<b>Clean</b> the flange.");
    expect(root.querySelectorAll("article b")).toHaveLength(1);
  });

  test("asks in a form, says what is missing at its place, and sends it as words", async () => {
    const field = (name: string, label: string, kind: string, more = {}): object => ({ name, label, kind, required: true, options: [], value: null, ...more });
    const card = {
      kind: "form",
      title: "Your return",
      send: null,
      fields: [
        field("mail", "E-mail", "email"),
        field("why", "Why", "choice", { options: ["Too loud", "Does not fit"] }),
        field("note", "Note", "text", { required: false }),
      ],
    };
    await hear(a_message(1, { card: card as unknown as MessageCreated["card"] }));
    await press("Send", "submit");
    const mail = root.querySelector("input[type=email]") as HTMLInputElement;
    expect(document.activeElement).toBe(mail);
    expect([...root.querySelectorAll("article [role=alert]")].map((fault) => fault.textContent)).toEqual(["This one is needed.", "Please pick one."]);
    mail.value = "ana at example";
    await drawn(() => mail.dispatchEvent(new Event("input", { bubbles: true })));
    await press("Send", "submit");
    expect(root.querySelector("article [role=alert]")?.textContent).toContain("name@example.com");
    expect(socket.ofType("message.send")).toEqual([]);
    mail.value = "ana@example.com";
    const why = root.querySelector("select") as HTMLSelectElement;
    why.value = "Too loud";
    await drawn(() => [mail, why].forEach((input) => input.dispatchEvent(new Event("input", { bubbles: true }))));
    await press("Send", "submit");
    expect(socket.ofType("message.send")).toMatchObject([{ text: "E-mail: ana@example.com\nWhy: Too loud" }]);
    expect(root.querySelector("article input")).toBeNull();
  });

  test("books a call: the time, then the number, and nothing before both are there", async () => {
    const times = [{ start: "2026-11-24T09:00:00Z", end: "2026-11-24T09:30:00Z" }];
    const card = { kind: "callback", headline: "We call you", sub: null, times, phone: null, booked: null };
    await hear(a_message(1, { card: card as MessageCreated["card"] }));
    await arrived("article li button");
    await drawn(() => (root.querySelector("article li button") as HTMLButtonElement).click());
    await press("Call me then");
    expect(root.querySelector("article [role=alert]")?.textContent).toBe("This one is needed.");
    expect(asked).toEqual([]);
    await type("input[type=tel]", "+49 30 123456");
    await press("Call me then");
    expect(asked).toEqual([{ method: "POST", path: "/callbacks", body: { start: "2026-11-24T09:00:00Z", phone: "+49 30 123456" } }]);

    await hear(a_message(2, { card: { ...card, times: [], phone: "+49 30 123456", booked: times[0] } as MessageCreated["card"] }));
    expect(log()).toContain("on +49 30 123456");
  });
});

/** Waits for a part that is fetched when it is first drawn. */
async function arrived(what: string): Promise<void> {
  await vi.waitFor(() => expect(root.querySelector(what)).not.toBeNull(), { timeout: 10_000, interval: 10 });
}

async function type(field: string, text: string): Promise<void> {
  const input = root.querySelector(field) as HTMLInputElement;
  input.value = text;
  await drawn(() => input.dispatchEvent(new Event("input", { bubbles: true })));
}

/** The site says something else of itself. */
const about = (site: Partial<SiteInfo>): Promise<void> =>
  drawn(() => ((chat.site as Signal<SiteInfo>).value = { ...SITE, ...site }));

const become = (state: Record<string, unknown>): Promise<void> =>
  hear({ type: "conversation.updated", conversation_id: "c1", state: { ...STATE, ...state } });

describe("while one waits", () => {
  test("an answer by mail and a call at one's own time are offered, and what is booked stands first", async () => {
    answers = {
      "/callbacks": { times: [{ start: "2026-11-24T09:00:00Z", end: "2026-11-24T09:30:00Z" }] },
      "/email": { email: null },
    };
    await about({ mail: true });
    await hear(a_message(1, { text: "Hello" }));
    await become({ status: "waiting", place: 2 });
    await arrived("input[type=email]");
    expect(root.textContent).toContain("Rather get on with your day?");
    await type("input[type=email]", "ana@example.com");
    await press("Leave it");
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([{ method: "PUT", path: "/email", body: { email: "ana@example.com" } }]);
    expect(root.textContent).toContain("The answer goes to ana@example.com as well.");

    const callback = { start: "2026-11-24T09:00:00Z", end: "2026-11-24T09:30:00Z", phone: "+49 30 123456" };
    await become({ status: "waiting", callback });
    expect(root.querySelector("h2")?.textContent).toMatch(/^We call you .*\d/);
    await press("Take it back");
    expect(asked[asked.length - 1]).toMatchObject({ method: "DELETE", path: "/callbacks" });
  });

  test("who waits longer than was promised is told so, with what else there is", async () => {
    await about({ mail: true });
    await hear(a_message(1, { text: "Hello" }));
    const answer_by = new Date(Date.now() + 60_000).toISOString();
    const wait = { likely: 8, at_most: 15, waits: 40, basis: "recent" };
    await become({ status: "waiting", place: 2, staffed: true, answer_by, wait });
    await arrived("input[type=email]");
    expect(root.textContent).toContain("Usually 8–15 min, from our last 40 chats.");
    expect(root.textContent).toContain("It takes longer just now than we promised.");
  });
});

describe("after the resolution", () => {
  const QUESTION = "0d8f6f0e-0000-4000-8000-000000000001";
  const told = (): unknown[] => asked.filter(({ path }) => path === "/recommend").map(({ body }) => body);

  beforeEach(async () => {
    await hear(a_message(1, { text: "Hello" }));
    await become({ status: "closed", ask: QUESTION });
    await arrived("#survey");
  });

  test("one question at a time: solved, the number and why, how one feels", async () => {
    await press("Yes, solved");
    expect(root.textContent).toContain("Solved, you said so");
    expect(root.querySelector("#survey")?.textContent).toBe("Would you recommend us to a fellow rider?");
    await drawn(() => (root.querySelector("input[value='9']") as HTMLInputElement).click());
    await become({ status: "closed", ask: null });
    await type("section textarea", "Maya knew");
    await press("Send", "");
    expect(root.querySelector("#survey")?.textContent).toBe("And how do you feel now?");
    await press("Good");
    expect(told()).toEqual([
      { id: QUESTION, solved: true },
      { id: QUESTION, score: 9, why: "Maya knew" },
      { id: QUESTION, feeling: "good" },
    ]);
    expect(root.textContent).toContain("Thank you.");
  });

  test("is skipped in one tap", async () => {
    await press("Skip");
    expect(told()).toEqual([{ id: QUESTION, skipped: true }]);
    expect(root.querySelector("#survey")).toBeNull();
  });

  test("what is left to do opens it again, and no more is asked", async () => {
    await press("There’s more to do");
    expect(told()).toEqual([{ id: QUESTION, solved: false }]);
    await become({ status: "waiting", place: 1 });
    expect(root.querySelector("#survey")).toBeNull();
  });

  test("writing on opens it again", async () => {
    expect(root.querySelector("textarea")?.placeholder).toBe("Write to open it again");
    await type("textarea", "it leaks again");
    await press("Send");
    expect(socket.ofType("message.send")).toMatchObject([{ text: "it leaks again" }]);
    await become({ status: "bot" });
    expect(root.querySelector("#survey")).toBeNull();
  });
});

describe("one's own data", () => {
  test("is deleted after a second question, and nothing is asked of the server after", async () => {
    await hear(a_message(1, { text: "Hello" }));
    await press("More");
    await arrived("[role=dialog] li");
    await press("Delete my data");
    expect(asked).toEqual([]);
    await press("Delete for good");
    expect(asked).toMatchObject([{ method: "DELETE", path: "" }]);
    expect(root.querySelector("main [role=status]")?.textContent).toContain("Everything is deleted.");
    expect(root.querySelector("textarea")).toBeNull();
  });
});

test("the site greets in what the visitor reads, and in its own words where it has no others", async () => {
  await learn("de");
  await drawn(() => {
    (chat.site as Signal<SiteInfo>).value = { ...SITE, notice: "Kept 90 days.", words: { de: { greeting: "Hallo!", starters: ["Passt es?"], notice: null } } };
    chat.speak("de-AT");
  });
  for (const words of ["Hallo!", "Passt es?", "Kept 90 days."]) expect(root.textContent).toContain(words);
  await drawn(() => chat.speak("fr"));
  expect(root.textContent).toContain(SITE.greeting);
  await drawn(() => chat.speak("en-GB"));
});

describe("the notice", () => {
  test("stands under the field before the first message, with the page that says more", async () => {
    await about({ notice: "Kept 90 days.", privacy_url: "https://shop.example/privacy" });
    expect(root.textContent).toContain("Kept 90 days.");
    expect(root.querySelector("a")?.href).toBe("https://shop.example/privacy");
    await hear(a_message(1, { text: "Hello" }));
    expect(root.textContent).not.toContain("Kept 90 days.");
  });
});
