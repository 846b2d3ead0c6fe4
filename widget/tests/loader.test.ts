import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

// What the browser would fetch when the chat is wanted.
vi.mock("http://localhost:3000/widget/page.js", () => import("../src/page.ts"));

type Kickstand = ((command: string, ...values: unknown[]) => void) & { q?: unknown[][] };
const page = window as unknown as { Kickstand?: Kickstand };
const command: Kickstand = (...values) => page.Kickstand?.(...values);

const root = (): ShadowRoot => {
  const host = document.querySelector("kickstand-chat");
  if (host?.shadowRoot == null) throw new Error("the launcher is not in the page");
  return host.shadowRoot;
};
const launcher = (): HTMLButtonElement => root().querySelector(".launcher") as HTMLButtonElement;
const panel = (): HTMLElement => root().querySelector(".panel") as HTMLElement;
const frame = (): HTMLIFrameElement | null => root().querySelector("iframe");
const teaser = (): HTMLElement | null => root().querySelector(".teaser");

/** What the frame says, as the browser would deliver it; nothing is loaded here, so its window is made up. */
function say(message: Record<string, unknown>): void {
  const inside = { postMessage: () => undefined, focus: () => undefined };
  if (frame()?.contentWindow == null) Object.defineProperty(frame(), "contentWindow", { value: inside, configurable: true });
  const event = new MessageEvent("message", { data: { kickstand: 1, ...message }, origin: location.origin });
  Object.defineProperty(event, "source", { value: frame()?.contentWindow });
  window.dispatchEvent(event);
}

/** What the frame is told from now on. */
function hearing(): Record<string, unknown>[] {
  const told: Record<string, unknown>[] = [];
  const inside = { postMessage: (message: Record<string, unknown>) => told.push(message), focus: () => undefined };
  Object.defineProperty(frame(), "contentWindow", { value: inside, configurable: true });
  return told;
}

async function arrive(stub: unknown[][] = [["boot", { site: "larkmoor" }]]): Promise<void> {
  vi.resetModules();
  const queue = (() => undefined) as Kickstand;
  queue.q = stub;
  page.Kickstand = queue;
  await import("../src/loader.ts");
}

/** The script has come, and the page has had its idle moment. */
async function load(stub?: unknown[][]): Promise<void> {
  await arrive(stub);
  await vi.advanceTimersByTimeAsync(10);
  await fetched();
}

/** The page's part of the chat is there, if it was wanted. */
const fetched = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(0);
};
/** Ends the visit, and the frame does its part. */
const leave = async (): Promise<void> => {
  command("shutdown");
  await fetched();
  if (document.querySelector("kickstand-chat") === null) return;
  say({ type: "left" });
  await vi.advanceTimersByTimeAsync(0);
};
const press = async (): Promise<unknown> => {
  launcher().click();
  return fetched();
};
const ask = async (...values: [string, ...unknown[]]): Promise<unknown> => {
  command(...values);
  return fetched();
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  vi.useFakeTimers();
  // The test's browser loads no frames and reports each; what a frame would say comes from `say`.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(async () => {
  await leave();
  vi.useRealTimers();
});

describe("the loader", () => {
  test("asks for nothing and stores nothing before it is opened", async () => {
    await load();
    expect(frame()).toBeNull();
    expect(root().querySelector(".panel")).toBeNull();
    expect(localStorage.length + sessionStorage.length).toBe(0);
    expect(launcher().getAttribute("aria-label")).toBe("Open chat");
  });

  test("does what was asked before it was there, in order", async () => {
    const seen: string[] = [];
    await load([["boot", { site: "larkmoor" }], ["on", "open", () => seen.push("open")], ["open"]]);
    expect(seen).toEqual(["open"]);
    expect(frame()?.getAttribute("src")).toMatch(/\/widget\/frame\?site=larkmoor$/);
  });

  test("waits until the page is there and idle, and remembers what is asked meanwhile", async () => {
    const state = vi.spyOn(document, "readyState", "get").mockReturnValue("interactive");
    const seen: string[] = [];
    await arrive();
    command("on", "open", () => seen.push("open"));
    command("update", { position: "left" });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(document.querySelector("kickstand-chat")).toBeNull();
    state.mockReturnValue("complete");
    window.dispatchEvent(new Event("load"));
    await vi.advanceTimersByTimeAsync(10);
    expect(document.querySelector("kickstand-chat")?.getAttribute("data-corner")).toBe("left");
    await ask("open");
    expect(seen).toEqual(["open"]);
  });

  test("comes without the load event too, which one hanging picture can hold back", async () => {
    vi.spyOn(document, "readyState", "get").mockReturnValue("interactive");
    await arrive();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(document.querySelector("kickstand-chat")).not.toBeNull();
  });

  test("waits for nothing when somebody wants it", async () => {
    vi.spyOn(document, "readyState", "get").mockReturnValue("interactive");
    await arrive();
    await ask("open");
    expect(panel().hidden).toBe(false);
  });

  test("opens and closes by its button, says so to ears, and gives focus back", async () => {
    await load();
    await press();
    expect(panel().hidden).toBe(false);
    expect(launcher().getAttribute("aria-expanded")).toBe("true");
    expect(launcher().getAttribute("aria-label")).toBe("Close chat");
    expect(frame()?.title).toBe("Chat");
    say({ type: "close" });
    expect(panel().hidden).toBe(true);
    expect(launcher().getAttribute("aria-expanded")).toBe("false");
  });

  test("closes on Escape while focus is in it", async () => {
    await load();
    await press();
    launcher().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true }));
    expect(panel().hidden).toBe(true);
  });

  test("makes one frame, however often it is opened", async () => {
    await load();
    await ask("open");
    const first = frame();
    await ask("toggle");
    await ask("toggle");
    expect(frame()).toBe(first);
  });

  test("shows its teaser on the first visit until it is dismissed", async () => {
    await load();
    expect(teaser()?.textContent).toBe("Questions? Ask us right here.");
    (teaser()?.querySelector(".dismiss") as HTMLButtonElement).click();
    expect(teaser()).toBeNull();
    await leave();
    localStorage.setItem("kickstand.larkmoor.visited", "1");
    await load();
    expect(teaser()).toBeNull();
  });

  test("counts what is new on the button and in its name, with the person's words", async () => {
    await load();
    const counts: unknown[] = [];
    command("on", "unread", (count: unknown) => counts.push(count));
    await ask("open");
    await ask("close");
    say({ type: "unread", count: 1, author: "Maya", initials: "MK", at: "10:31", text: "<b>Your gasket</b> just left.", isKept: true });
    expect(launcher().getAttribute("aria-label")).toBe("Open chat, 1 new message");
    expect(root().querySelector(".badge")?.textContent).toBe("1");
    expect(teaser()?.querySelector(".words")?.textContent).toBe("<b>Your gasket</b> just left.");
    expect(teaser()?.querySelector(".who")?.textContent).toBe("MKMaya 10:31");
    expect(counts).toEqual([1]);
    say({ type: "unread", count: 0, author: "", initials: "", at: "", text: "", isKept: true });
    expect(teaser()).toBeNull();
    expect((root().querySelector(".badge") as HTMLElement).hidden).toBe(true);
  });

  test("listens in the background on the next page once there is a conversation", async () => {
    localStorage.setItem("kickstand.larkmoor.kept", "1");
    await load();
    expect(frame()).not.toBeNull();
    expect(panel().hidden).toBe(true);
  });

  test("takes the brand's colours from the frame and knows them on the next page", async () => {
    await load();
    await ask("open");
    const [light, dark] = [{ fill: "#ffc400", on: "#171a21" }, { fill: "#886d13", on: "#ffffff" }];
    say({ type: "look", name: "Larkmoor", light, dark });
    expect(panel().getAttribute("aria-label")).toBe("Chat with Larkmoor");
    await leave();
    localStorage.setItem("kickstand.larkmoor.look", "#ffc400 #171a21 #886d13 #ffffff");
    await load();
    const host = document.querySelector("kickstand-chat") as HTMLElement;
    expect(host.style.getPropertyValue("--fill-light")).toBe("#ffc400");
    expect(host.style.getPropertyValue("--on-dark")).toBe("#ffffff");
  });

  test("says so when the frame does not come, and tries again", async () => {
    await load();
    await ask("open");
    const first = frame();
    vi.advanceTimersByTime(8_000);
    const again = root().querySelector(".again") as HTMLButtonElement;
    expect(root().querySelector(".cover")?.textContent).toContain("still on its way");
    again.click();
    expect(frame()).not.toBe(first);
    say({ type: "ready" });
    expect((root().querySelector(".cover") as HTMLElement).hidden).toBe(true);
  });

  test("takes everything away on shutdown", async () => {
    await load();
    await ask("open");
    say({ type: "unread", count: 0, author: "", initials: "", at: "", text: "", isKept: true });
    await leave();
    expect(document.querySelector("kickstand-chat")).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  test("has the frame forget on shutdown, also where it was not there yet, and nobody sees the chat meanwhile", async () => {
    await load();
    await ask("shutdown");
    const host = document.querySelector("kickstand-chat") as HTMLElement;
    expect(host.style.display).toBe("none");
    const told = hearing();
    frame()?.dispatchEvent(new Event("load"));
    expect(told).toMatchObject([{ type: "shutdown" }]);
    say({ type: "left" });
    await vi.advanceTimersByTimeAsync(0);
    expect([host.isConnected, localStorage.length]).toEqual([false, 0]);
  });

  test("leaves a forgetting that the page did not live to see to the next page, before anything else", async () => {
    await load();
    await ask("shutdown");
    document.querySelector("kickstand-chat")?.remove();
    expect({ ...localStorage }).toEqual({ "kickstand.larkmoor.left": "1" });
    await load();
    const told = hearing();
    await ask("open");
    frame()?.dispatchEvent(new Event("load"));
    expect(told.map(({ type }) => type)).toEqual(["shutdown"]);
    const before = frame();
    say({ type: "left" });
    await vi.advanceTimersByTimeAsync(0);
    expect(localStorage.getItem("kickstand.larkmoor.left")).toBeNull();
    expect(frame()).not.toBe(before);
    const anew = hearing();
    frame()?.dispatchEvent(new Event("load"));
    expect(anew).toMatchObject([{ type: "boot", proof: null }]);
  });

  test("gives up after a while where nothing can be fetched, and a chat that is booted meanwhile begins empty", async () => {
    await load();
    await ask("shutdown");
    await ask("boot", { site: "larkmoor" });
    await ask("open");
    expect(document.querySelectorAll("kickstand-chat")).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5_000);
    await fetched();
    expect(document.querySelectorAll("kickstand-chat")).toHaveLength(1);
    const told = hearing();
    frame()?.dispatchEvent(new Event("load"));
    expect(told.map(({ type }) => type)).toEqual(["shutdown"]);
  });

  test("forgets who was signed in once the page says that nobody is, and costs all others nothing", async () => {
    await load([["boot", { site: "larkmoor" }], ["identify", null]]);
    expect(frame()).toBeNull();
    await ask("identify", { token: "a.b.c" });
    await ask("open");
    frame()?.dispatchEvent(new Event("load"));
    say({ type: "ready" });
    const told = hearing();
    await ask("identify", null);
    expect(told.map(({ type }) => type)).toEqual(["shutdown"]);
    say({ type: "left" });
    await vi.advanceTimersByTimeAsync(0);
    expect(panel().hidden).toBe(false);
    const anew = hearing();
    frame()?.dispatchEvent(new Event("load"));
    expect(anew).toMatchObject([{ type: "boot", proof: null }]);
    expect(localStorage.getItem("kickstand.larkmoor.known")).toBeNull();
  });

  test("says what is missing instead of breaking the page", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await load([["boot", {}], ["dance"]]);
    expect(document.querySelector("kickstand-chat")).toBeNull();
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test("finds on the next page the panel as it was left, and leaves focus where it is", async () => {
    await load();
    await ask("open");
    const taken = { ...sessionStorage };
    document.querySelector("kickstand-chat")?.remove();
    await load();
    expect(panel().hidden).toBe(false);
    expect(taken).toEqual({ "kickstand.larkmoor.open": "1" });
    expect(document.activeElement).toBe(document.body);
    await ask("close");
    document.querySelector("kickstand-chat")?.remove();
    await load();
    expect(root().querySelector(".panel:not([hidden])")).toBeNull();
  });

  test("looks and stands as the page asks, also later", async () => {
    await load([["boot", { site: "larkmoor", position: "left", launcherText: "Ask us", zIndex: 7, theme: "dark", locale: "de" }]]);
    const host = document.querySelector("kickstand-chat") as HTMLElement;
    expect([host.dataset["corner"], host.dataset["scheme"], host.style.zIndex]).toEqual(["left", "dark", "7"]);
    expect(launcher().textContent).toBe("Ask us");
    expect(launcher().getAttribute("aria-label")).toBe("Ask us: Chat öffnen");
    await ask("update", { position: "right", launcherText: "", theme: "light", hideLauncher: true });
    expect([host.dataset["corner"], host.dataset["scheme"], host.style.zIndex]).toEqual(["right", "light", "7"]);
    expect(launcher().classList.contains("unseen")).toBe(true);
  });

  test("comes back to a page that threw its body away", async () => {
    await load();
    document.body.replaceChildren();
    await ask("update", {});
    expect(document.querySelectorAll("kickstand-chat")).toHaveLength(1);
  });

  test("tells the frame of the page, of who the visitor is and of words to send, once it can hear", async () => {
    await load([["boot", { site: "larkmoor", sku: "LV-10", vehicle: 7 }]]);
    await ask("open");
    const told: Record<string, unknown>[] = [];
    const inside = { postMessage: (message: Record<string, unknown>, to: string) => told.push({ ...message, to }), focus: () => undefined };
    Object.defineProperty(frame(), "contentWindow", { value: inside });
    await ask("identify", { token: "a.b.c", more: 1 });
    await ask("message", "Does it fit?");
    frame()?.dispatchEvent(new Event("load"));
    say({ type: "ready" });
    await ask("update", { sku: "LP-07", order: "1042" });
    expect(told.map(({ type }) => type)).toEqual(["boot", "open", "compose", "update"]);
    expect(told[0]).toMatchObject({ sku: "LV-10", vehicle: "", order: "", proof: { token: "a.b.c" }, to: location.origin });
    expect(told[3]).toMatchObject({ sku: "LP-07", order: "1042" });
  });

  test("is not fetched by a page that only says who is signed in, and knows it once it is opened", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const short = { user_id: 4711, exp: 1798761600, hash: "ab".repeat(32) };
    await load([["boot", { site: "larkmoor" }], ["identify", short]]);
    expect(root().querySelector(".panel")).toBeNull();
    await ask("open");
    const told: Record<string, unknown>[] = [];
    const inside = { postMessage: (message: Record<string, unknown>) => told.push(message), focus: () => undefined };
    Object.defineProperty(frame(), "contentWindow", { value: inside });
    frame()?.dispatchEvent(new Event("load"));
    expect(told).toMatchObject([{ type: "boot", proof: { ...short, user_id: "4711" } }]);
    say({ type: "ready" });
    await ask("identify", { token: "d.e.f" });
    expect(told.at(-1)).toMatchObject({ type: "identify", proof: { token: "d.e.f" } });
    expect(warn).not.toHaveBeenCalled();
    await ask("identify", { user_id: "4711" });
    expect(warn).toHaveBeenCalledOnce();
  });

  test("speaks every language of the panel", async () => {
    for (const [tag, name] of Object.entries({ en: "Open chat", es: "Abrir el chat", fr: "Ouvrir le chat", de: "Chat öffnen", it: "Apri la chat" })) {
      await load([["boot", { site: tag, locale: tag }]]);
      expect(launcher().getAttribute("aria-label")).toBe(name);
      await leave();
    }
  });
});
