import { render } from "preact";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { MessageCreated, SiteInfo, VisitorState } from "../src/client/protocol.gen.ts";
import { MemoryShelf } from "../src/client/storage.ts";
import { Chat } from "../src/model.ts";
import { Panel } from "../src/ui/Panel.tsx";
import { FakeSocket } from "./client/fake-socket.ts";

type Card = NonNullable<MessageCreated["card"]>;

const ATTACKS = [
  `<img src=x onerror="alert(1)">`,
  `"><script>alert(2)</script>`,
  "<svg/onload=alert(3)>",
  "[press me](javascript:alert(4))",
  "![seen](https://evil.example/x.png)",
  "**loud** _soft_ `code` # head",
  "invoice\u202egpj.exe\u202d",
  "Ma\u200bya\u200d\u2066\ufeff",
  "{{7*7}} ${7*7} {brand}",
];
const NOW = "2026-11-22T10:02:00Z";
let root: HTMLElement | null = null;

afterEach(() => {
  if (root !== null) render(null, root);
  root?.remove();
  root = null;
});

/** Every kind of card with `text` wherever it has words, and an address that is none wherever it has one. */
function cards(text: string): Card[] {
  const link = { label: text, url: "javascript:alert(5)" };
  const part = { sku: text, name: text, price: { amount: 100, currency: "EUR" }, stock: text, image: "javascript:alert(6)", url: "data:text/html,x" };
  const fields = (["text", "email", "phone", "number", "date"] as const).map((kind) => ({ name: kind, label: text, kind, required: true, options: [], value: text }));
  return [
    { kind: "fit", verdict: "fits_with_notes", headline: text, sub: text, part, notes: [text], in_box: [text], needs: [{ sku: text, name: text }], source: text, action: link },
    { kind: "order", number: text, mark: text, tone: "wait", headline: text, sub: text, steps: [{ label: text, state: "now", detail: text, at: null }], action: link },
    { kind: "case", number: text, title: text, lines: [text, text], due: text },
    { kind: "article", title: text, text, source: text, action: link },
    { kind: "promise", what: text, by: text, due: NOW, state: "agreed_anew", was_due: NOW, then: text },
    { kind: "remedy", headline: text, lines: [text], amount: { amount: 100, currency: "EUR" }, state: "offered" },
    { kind: "callback", headline: text, sub: text, times: [{ start: NOW, end: NOW }], phone: text, booked: null },
    { kind: "form", title: text, send: text, fields: [...fields, { name: "choice", label: text, kind: "choice", required: true, options: [text], value: text }] },
  ] as unknown as Card[];
}

/** The panel after everything that anybody can write has said `text`. */
async function panelSaying(text: string): Promise<HTMLElement> {
  FakeSocket.all = [];
  const site: SiteInfo = {
    key: "larkmoor",
    name: text,
    accent: "#0E5F70",
    locale: "en",
    greeting: text,
    starters: [text],
    team: [text],
    availability: { open: true, changes_at: null, people: [text] },
    uploads: true,
    notice: text,
    privacy_url: "javascript:alert(7)",
    consent: false,
    mail: true,
    words: { en: { greeting: text, starters: [text], notice: text } },
  };
  const state: VisitorState = { status: "human", agent: text, place: null, answer_by: null, staffed: true, read: 0, wait: null, callback: null, ask: null };
  const chat = new Chat({
    site: "larkmoor",
    languages: ["en-GB"],
    shelf: new MemoryShelf(),
    rest: {
      site: async () => site,
      session: async () => ({ token: "token", site }),
      identify: async () => ({ token: "token", site }),
      history: async () => ({ messages: [], more: false }),
      goOn: async () => ({ token: "token", site }),
      own: async () => new Response("{}"),
    },
    socketUrl: "wss://chat.example/ws/visitor",
    open: (url) => new FakeSocket(url) as unknown as WebSocket,
  });
  chat.isOpen.value = true;
  root = document.createElement("div");
  document.body.append(root);
  render(<Panel chat={chat} isFull={false} onClose={() => undefined} />, root);
  await drawn(() => chat.start());
  const socket = FakeSocket.newest;
  socket.readyState = 1;
  await drawn(() => socket.onopen?.());
  await drawn(() => socket.say({ type: "welcome", conversation_id: "c1", epoch: "e", head: 0, reset: false, state, availability: site.availability, heartbeat: 25, limits: { text: 4000, frame: 65536 } }));
  const said: Partial<MessageCreated>[] = [
    { author: { kind: "system", name: null }, text },
    { author: { kind: "visitor", name: null }, text },
    { author: { kind: "agent", name: text }, text, attachments: [{ id: "p1", url: "/files/p1?until=1", width: 1, height: 1, alt: text }] as unknown as MessageCreated["attachments"] },
    ...cards(text).map((card) => ({ author: { kind: "bot", name: text } as const, text, card })),
    { author: { kind: "bot", name: text }, text, buttons: [{ title: text, payload: text }] },
  ];
  await drawn(() => {
    said.forEach((each, at) => socket.say({ type: "message.created", conversation_id: "c1", seq: at + 1, id: `m${at}`, client_id: null, attachments: [], buttons: [], card: null, sent_at: NOW, re: null, ...each }));
    socket.say({ type: "synced", head: said.length });
    socket.say({ type: "typing", conversation_id: "c1", by: { kind: "agent", name: text }, on: true });
  });
  // Cards come with their own code; each has arrived once its words are there.
  await vi.waitFor(() => expect(root?.querySelectorAll("article")).toHaveLength(cards(text).length));
  return root;
}

async function drawn(act: () => unknown): Promise<void> {
  act();
  await new Promise((done) => setTimeout(done, 0));
  await new Promise((done) => setTimeout(done, 0));
}

/** Everything that is read out or shown of an element: its words, and what names it. */
function shown(panel: HTMLElement): string {
  const attributes = [...panel.querySelectorAll("*")].flatMap((each) => [...each.attributes].map((attribute) => attribute.value));
  return [panel.textContent, ...attributes].join("\n");
}

describe("whoever writes it, wherever it stands", () => {
  test.each(ATTACKS)("%s is words and nothing else", async (attack) => {
    const panel = await panelSaying(attack);

    expect(panel.querySelectorAll("script, iframe, object, embed, [onerror], [onload], strong, em, code")).toHaveLength(0);
    const addresses = [...panel.querySelectorAll("[href], [src]")].map((each) => each.getAttribute("href") ?? each.getAttribute("src") ?? "");
    expect(addresses.filter((address) => !/^(https:|#|\/)/.test(address))).toEqual([]);
    expect(addresses.filter((address) => address.includes("evil.example") && panel.querySelector(`img[src="${address}"]`) !== null)).toEqual([]);
    expect(panel.textContent).toContain(attack.replace(/[\u202d\u202e]/g, ""));
    expect(shown(panel)).not.toMatch(/[\u202d\u202e]/);
  });
});
