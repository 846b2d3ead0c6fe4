import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import { fillFrom } from "./accent.ts";
import { hearLoader, type Peer, post, type ToFrame, type ToLoader } from "./bridge.ts";
import { DeepShelf } from "./client/deep-shelf.ts";
import { BrowserShelf, type Shelf } from "./client/storage.ts";
import { Tabs } from "./client/tabs.ts";
import { Ways } from "./client/ways.ts";
import { currentLocale, learn } from "./i18n.ts";
import { honest } from "./links.ts";
import { Chat } from "./model.ts";
import { rest } from "./rest.ts";
import { clock } from "./times.ts";
import { initials } from "./ui/Avatar.tsx";
import { enterPanel } from "./ui/focus.ts";
import { firstName } from "./ui/Header.tsx";
import { Panel } from "./ui/Panel.tsx";
import { paint, theme } from "./ui/theme.ts";
import "./ui/tokens.css";

const LONGEST_TEASER = 140;

const isAlone = window.parent === window;
const loader: Peer = { window: () => window.parent, origin: null };
const tell = (message: ToLoader): void => post(window.parent, loader.origin, message);

const socket = new URL("/ws/visitor", location.href);
socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
const isFull = signal(false);
const site = new URLSearchParams(location.search).get("site") ?? "";
const shelf = new BrowserShelf();
/** From a mail: what follows `#continue=`, which no server and no log sees. It is for one use of the address bar only. */
const link = /^#continue=([0-9a-f.]{1,200})$/.exec(location.hash)?.[1] ?? null;
if (link !== null) history.replaceState(null, "", location.pathname + location.search);
const ways = new Ways(socket.href, "/api/visitor/poll");

type Boot = Omit<Extract<ToFrame, { type: "boot" }>, "type" | "theme">;

/** Draws the panel and connects, as the page's first word asks. */
function begin({ locale, isOpen, proof, sku, vehicle, order }: Boot, [outbox, photos]: readonly [Shelf, Shelf]): Chat {
  const chat = new Chat({
    site,
    languages: [locale, ...navigator.languages],
    shelf,
    outbox,
    photos,
    lasts: () => shelf.lasts,
    rest,
    socketUrl: socket.href,
    open: () => ways.open(),
  });
  chat.isOpen.value = isOpen;
  chat.about = { sku, vehicle, order };
  if (proof !== null) void chat.identify(proof);
  const onClose = isAlone ? null : () => tell({ type: "close" });
  const Frame = () => <Panel chat={chat} isFull={isFull.value} onClose={onClose} />;
  paint(computed(() => chat.site.value?.accent ?? null), document.documentElement);
  effect(() => {
    document.documentElement.lang = currentLocale();
  });
  effect(() => {
    const site = chat.site.value;
    if (site === null) return;
    document.title = site.name;
    const [light, dark] = [fillFrom(site.accent, "light"), fillFrom(site.accent, "dark")];
    tell({ type: "look", name: site.name, light, dark });
  });
  effect(() => {
    const unread = chat.isOpen.value ? [] : chat.unread.value;
    const last = unread[unread.length - 1];
    const person = last?.author.kind === "agent" ? (last.author.name ?? "") : "";
    tell({
      type: "unread",
      count: unread.length,
      author: firstName(person),
      initials: initials(person),
      at: last === undefined ? "" : clock(new Date(last.sent_at)),
      text: honest(last?.text ?? "").slice(0, LONGEST_TEASER),
      isKept: !chat.isEmpty.value,
    });
  });
  announce(chat);
  render(<Frame />, document.getElementById("app") as HTMLElement);
  void chat.start(link);
  tell({ type: "ready" });
  return chat;
}

/** Tells the page of what its own code may want to know. */
function announce(chat: Chat): void {
  let [status, head] = [chat.state.value.status, -1];
  effect(() => {
    const now = chat.state.value.status;
    if (now !== status && chat.isKnown.value) {
      if (now === "waiting") tell({ type: "event", name: "handoff" });
      if (now === "closed") tell({ type: "event", name: "resolved" });
    }
    status = now;
  });
  effect(() => {
    const newest = chat.messages.value[chat.messages.value.length - 1];
    const seq = newest?.seq ?? 0;
    if (head >= 0 && seq > head && newest?.author.kind !== "visitor") tell({ type: "event", name: "message" });
    if (chat.isKnown.value) head = seq;
  });
}

const deep = (name: string): Promise<DeepShelf> => DeepShelf.open("kickstand", `kickstand.${site}.${name}.`, shelf);
const outboxes = Promise.all([deep("out"), deep("photos")]);
/** What has to be here before anything is drawn; words that could not be fetched come later. */
const prepared = async (locale: string): Promise<readonly [Shelf, Shelf]> => {
  await learn(locale, ...navigator.languages).catch(() => undefined);
  return outboxes;
};

if (isAlone) {
  begin({ locale: "", isOpen: true, proof: null, sku: "", vehicle: "", order: "" }, await prepared(""));
} else {
  let chat: Promise<Chat> | null = null;
  hearLoader(loader, (message) => {
    if (message.type === "boot") {
      theme.value = message.theme;
      chat ??= prepared(message.locale).then((opened) => begin(message, opened));
    } else if (message.type === "shutdown") {
      void forget(chat).finally(() => tell({ type: "left" }));
    } else {
      void chat?.then((begun) => act(begun, message));
    }
  });
}

/** Leaves nothing of this visitor in the browser, also where no chat was begun on this page. */
async function forget(chat: Promise<Chat> | null): Promise<void> {
  (await chat)?.shutdown();
  const tabs = new Tabs(`kickstand.${site}.tabs`, () => undefined);
  if (chat === null) tabs.tell({ kind: "left" });
  tabs.close();
  for (const key of shelf.keys(`kickstand.${site}.`)) shelf.remove(key);
  for (const each of await outboxes) await each.clear();
}

function act(chat: Chat, message: Exclude<ToFrame, { type: "boot" | "shutdown" }>): void {
  switch (message.type) {
    case "open":
      isFull.value = message.isFull;
      chat.isOpen.value = true;
      if (message.takesFocus) enterPanel();
      break;
    case "update":
      theme.value = message.theme;
      chat.about = { sku: message.sku, vehicle: message.vehicle, order: message.order };
      chat.speak(message.locale);
      break;
    case "identify":
      void chat.identify(message.proof);
      break;
    case "close":
      chat.isOpen.value = false;
      break;
    case "compose":
      if (chat.draft.value === "") chat.write(message.text);
  }
}
