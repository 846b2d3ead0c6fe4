import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Entry, Outbox } from "./client/outbox.ts";
import type {
  Ack,
  Author,
  Availability,
  MessageCreated,
  PageContext,
  SiteInfo,
  VisitorCommand,
  VisitorEvent,
  VisitorSend,
  VisitorState,
  VisitorWelcome,
} from "./client/protocol.gen.ts";
import { Connection, type LinkState } from "./client/socket.ts";
import type { Shelf } from "./client/storage.ts";
import { Tabs, type Word } from "./client/tabs.ts";
import type { Wire } from "./client/wire.ts";
import { Stream } from "./client/stream.ts";
import { toldLocale } from "./i18n.ts";
import { honestly, isVisible } from "./links.ts";
import { Parcels } from "./photos/parcels.ts";
import type { Parcel, Shot } from "./photos/shot.ts";
import { upload } from "./photos/upload.ts";
import type { Proof } from "./proof.ts";
import { refusalWords } from "./refusals.ts";
import { type Method, Refused, type Rest } from "./rest.ts";
import { Site } from "./site.ts";
import { Typing } from "./typing.ts";
import { Visitor } from "./visitor.ts";

export const TALK_TO_A_PERSON = "/human_request";
const VERSION = 1;
const LANE = "chat";
const NOT_AUTHENTICATED = 4501;
const NO_SUCH_CONVERSATION = 4504;
const CONSENT_REQUIRED = 4506;
/** Milliseconds: links to photos that ended are asked for anew once in this time. */
const LINKS_EVERY = 30_000;

/** An own message that the stream does not show yet. `landed`: stored by the server, still to come back in the stream. */
export interface Pending {
  command: VisitorSend;
  at: number;
  state: Entry<VisitorSend>["state"] | "landed";
  problem: string | null;
}

export interface ChatOptions {
  site: string;
  /** BCP 47 tags, the most wished for first. */
  languages: readonly string[];
  shelf: Shelf;
  /** Where messages lie until they have arrived; `shelf` otherwise. */
  outbox?: Shelf;
  /** Where photos do; `shelf` otherwise. */
  photos?: Shelf;
  /** Whether what lies on the shelf outlives the tab. */
  lasts?: () => boolean;
  rest: Rest;
  socketUrl: string;
  open?: (url: string) => Wire;
  random?: () => number;
}

const NOBODY: VisitorState = { status: "bot", agent: null, place: null, answer_by: null, staffed: false, read: 0, wait: null, callback: null, ask: null };

/** One visitor's conversation with one site: everything the panel shows, and everything that can be done there. */
export class Chat {
  readonly site: ReadonlySignal<SiteInfo | null>;
  readonly availability: ReadonlySignal<Availability | null>;
  readonly link: Signal<LinkState> = signal({ kind: "connecting" });
  readonly state: Signal<VisitorState> = signal(NOBODY);
  readonly messages: Signal<readonly MessageCreated[]> = signal([]);
  readonly pending: Signal<readonly Pending[]> = signal([]);
  /** Messages with photos that are on their way. */
  readonly parcels: Signal<readonly Parcel[]> = signal([]);
  /** Photos that were chosen and wait for the message they go with. */
  readonly tray: Signal<readonly Shot[]> = signal([]);
  /** Links to photos that were asked for anew, by the photo's id. */
  readonly photoUrls: Signal<Readonly<Record<string, string>>> = signal({});
  /** Nothing is kept, sent or asked for before the visitor agrees to the site's notice. */
  readonly mustConsent: Signal<boolean> = signal(false);
  /** The open question about the resolution; it stays until it is answered to the end. */
  readonly question: Signal<string | null> = signal(null);
  /** Everything of this visitor was deleted, at their wish. */
  readonly isErased: Signal<boolean> = signal(false);
  /** False while a returning visitor's messages are still to come. */
  readonly isKnown: Signal<boolean>;
  readonly typist: ReadonlySignal<Author | null>;
  readonly draft: Signal<string>;
  readonly textLimit: Signal<number> = signal(4_000);
  readonly older: Signal<"none" | "some" | "loading"> = signal("none");
  readonly isOpen: Signal<boolean> = signal(false);
  /** What arrived while nobody looked. */
  readonly unread: ReadonlySignal<readonly MessageCreated[]>;
  /** A person was asked for by the button and the server has still to act on it. */
  readonly isAskingForPerson: ReadonlySignal<boolean>;
  readonly isEmpty: ReadonlySignal<boolean>;
  /** What the shop's page is about; goes along with every message. "" for what it does not say. */
  about: Readonly<Record<keyof PageContext, string>> = { sku: "", vehicle: "", order: "" };

  readonly #visitor: Visitor;
  readonly #connection: Connection<VisitorCommand, VisitorEvent>;
  readonly #outbox: Outbox<VisitorSend>;
  readonly #stream: Stream<MessageCreated>;
  readonly #seen: Signal<number> = signal(0);
  readonly #asked: Signal<string | null> = signal(null);
  readonly #rest: Rest;
  readonly #parcels: Parcels;
  readonly #lasts: () => boolean;
  #linksAt = Number.NEGATIVE_INFINITY;
  /** Of who this is, until the visitor agrees that it is told, or the line lets it through. */
  #proof: Proof | null = null;
  readonly #site: Site;
  readonly #typing: Typing;
  readonly #tabs: Tabs;
  #landed: Pending[] = [];
  #conversation: string | null = null;
  #epoch: string | null = null;
  #usedToken: string | null = null;
  #restarted = false;

  constructor(options: ChatOptions) {
    this.#rest = options.rest;
    this.#lasts = options.lasts ?? (() => true);
    this.#site = new Site(options.languages, () => void this.#loadSite());
    this.site = this.#site.info;
    this.availability = this.#site.availability;
    this.#visitor = new Visitor(options.site, options.shelf, options.rest, (site) => this.#site.meet(site));
    this.#tabs = new Tabs(this.#visitor.key("tabs"), (word) => batch(() => this.#heed(word)));
    this.#typing = new Typing((on) => {
      if (this.#conversation !== null) this.#connection.send({ type: "typing", on });
    });
    this.typist = this.#typing.typist;
    this.isKnown = signal(this.#visitor.token === null);
    this.draft = signal(this.#visitor.kept("draft") ?? "");
    this.#stream = new Stream({
      position: (message) => message.seq,
      sync: (after) => void this.#connection.send({ type: "sync", after }),
      // A long catch-up is shown once, when it is complete.
      onChange: () => this.link.value.kind === "live" && this.#show(),
    });
    this.#outbox = new Outbox<VisitorSend>({
      shelf: options.outbox ?? options.shelf,
      prefix: this.#visitor.key("out."),
      send: (command) => this.#connection.send(command),
      reconnect: () => this.#connection.reconnect(),
      onChange: () => this.#showPending(),
      onElsewhere: (entry) => this.#landedElsewhere(entry),
      tell: (key, text) => this.#tabs.tell(text === null ? { kind: "gone", key } : { kind: "kept", key, text }),
      ...(options.random && { random: options.random }),
    });
    this.#parcels = new Parcels({
      shelf: options.photos ?? options.shelf,
      prefix: this.#visitor.key("photos."),
      upload: async (shot, onShare, stop) => upload(await this.#visitor.ensureToken(), shot, onShare, stop),
      send: (parcel, ids) => this.#send(parcel.clientId, parcel.text, null, ids),
      onChange: (parcels) => (this.parcels.value = parcels),
    });
    // What was packed and is in the outbox no more has arrived.
    for (const { clientId, state } of this.#parcels.all) {
      if (state === "packed" && !this.#outbox.entries.some((e) => e.command.client_id === clientId)) this.#parcels.drop(clientId);
    }
    this.parcels.value = this.#parcels.all;
    this.#connection = new Connection<VisitorCommand, VisitorEvent>({
      url: options.socketUrl,
      hello: async () => this.#hello(),
      refreshToken: () => this.#visitor.refresh(this.#usedToken),
      onEvent: (event) => batch(() => this.#hear(honestly(event))),
      onState: (state) => this.#linkChanged(state),
      isWaitedFor: () => this.#outbox.entries.some((entry) => entry.state !== "not_sent"),
      ...(options.open && { open: options.open }),
      ...(options.random && { random: options.random }),
    });
    this.unread = computed(() =>
      this.messages.value.filter((m) => m.author.kind !== "visitor" && m.seq > this.#seen.value),
    );
    this.isAskingForPerson = computed(() => this.#asked.value !== null);
    this.isEmpty = computed(
      () => this.messages.value.length === 0 && this.pending.value.length === 0 && this.parcels.value.length === 0,
    );
    this.#showPending();
  }

  /** `link`: what a link in a mail carries; the conversation that it leads to takes the place of the one held here. */
  async start(link: string | null = null): Promise<void> {
    if (link !== null) {
      this.isKnown.value = false;
      // A link that has ended is worth no word: the chat is here as always.
      await this.#visitor.goOn(link).catch(() => (this.isKnown.value = this.#visitor.token === null));
      this.draft.value = this.#visitor.kept("draft") ?? "";
      this.#tabs.tell({ kind: "token" });
    }
    void this.#loadSite();
    this.#connection.start();
  }

  /** Whether the conversation outlives the tab. */
  get lasts(): boolean {
    return this.#lasts();
  }

  /** Agrees to the site's notice, and begins. Rejects as `Rest` does. */
  async agree(): Promise<void> {
    await this.#visitor.consent();
    this.mustConsent.value = false;
    this.#proveAgain();
    this.tryAgain();
  }

  /** Asks or says something beside the conversation, as this visitor. Rejects as `Rest` does. */
  async own(method: Method, path: string, body?: object): Promise<Response> {
    return this.#rest.own(await this.#visitor.ensureToken(), method, path, body);
  }

  /** Deletes everything that is kept of this visitor, here and on the server. Rejects as `Rest` does. */
  async erase(): Promise<void> {
    await this.own("DELETE", "");
    this.shutdown();
    this.#stream.reset();
    batch(() => {
      this.messages.value = [];
      this.pending.value = this.#landed = [];
      this.question.value = null;
      this.isErased.value = true;
    });
  }

  /** Says something; `payload` is a quick reply's. Shown at once, sent when it can be, kept until it is stored. */
  say(text: string, payload: string | null = null): void {
    const words = text.trim();
    if (!isVisible(words) || words.length > this.textLimit.value || this.mustConsent.value) return;
    const clientId = crypto.randomUUID();
    if (payload === TALK_TO_A_PERSON) this.#asked.value = clientId;
    this.#typing.sent();
    this.#send(clientId, words, payload, []);
  }

  /** Sends what lies in the tray, with words or without. */
  sayWithPhotos(text: string): void {
    const [words, shots] = [text.trim(), this.tray.value];
    if (shots.length === 0 || words.length > this.textLimit.value || this.mustConsent.value) return;
    this.tray.value = [];
    this.#typing.sent();
    this.#parcels.add(isVisible(words) ? words : "", shots);
  }

  #send(clientId: string, text: string, payload: string | null, photos: readonly string[]): void {
    const command: VisitorSend = { type: "message.send", client_id: clientId, text, locale: toldLocale() };
    if (payload !== null) command.payload = payload;
    if (photos.length > 0) command.attachments = [...photos] as NonNullable<VisitorSend["attachments"]>;
    const about = Object.entries(this.about).filter(([, what]) => what !== "");
    if (about.length > 0) command.page = Object.fromEntries(about);
    this.#outbox.add(LANE, command);
    this.#connection.hurry();
  }

  talkToPerson(words: string): void {
    if (!this.isAskingForPerson.value) this.say(words, TALK_TO_A_PERSON);
  }

  write(draft: string): void {
    this.draft.value = draft;
    this.#visitor.keep("draft", draft);
    this.#tabs.tell({ kind: "draft", text: draft });
    this.#typing.wrote(draft);
  }

  sendAgain(clientId: string): void {
    const refused = this.#outbox.entries.find((entry) => entry.command.client_id === clientId);
    if (refused === undefined) return this.#parcels.resume(clientId);
    if (refused.problem?.code !== "no_such_photo") return this.#outbox.sendAgain(clientId);
    this.#outbox.discard(clientId);
    this.#parcels.unpack(clientId);
  }

  /** What goes with photos leaves its words in the field, if that is free. */
  discard(clientId: string): void {
    this.#outbox.discard(clientId);
    const parcel = this.#parcels.drop(clientId);
    if (parcel !== null && parcel.text !== "" && this.draft.value === "") this.write(parcel.text);
  }

  /** The links to a message's photos have ended: fresh ones for these. */
  async renewPhotos(photo: string): Promise<void> {
    const seq = this.messages.value.find((message) => message.attachments.some((each) => each.id === photo))?.seq;
    const token = this.#visitor.token;
    if (seq === undefined || token === null || performance.now() - this.#linksAt < LINKS_EVERY) return;
    this.#linksAt = performance.now();
    try {
      const { messages } = await this.#rest.history(token, seq + 1);
      const fresh = messages.flatMap((message) => message.attachments.map((each) => [each.id, each.url] as const));
      this.photoUrls.value = { ...this.photoUrls.value, ...Object.fromEntries(fresh) };
    } catch {
      // The picture offers to be fetched again.
    }
  }

  /** Everything shown has been looked at. */
  look(): void {
    const last = this.#stream.last;
    if (last <= this.#seen.value || this.#conversation === null) return;
    this.#seen.value = last;
    this.#visitor.keep("seen", `${this.#conversation} ${last}`);
    this.#connection.send({ type: "read", seq: last });
    this.#tabs.tell({ kind: "seen", conversation: this.#conversation, seq: last });
  }

  async loadOlder(): Promise<void> {
    const first = this.#stream.first;
    const token = this.#visitor.token;
    if (this.older.value !== "some" || first === null || token === null) return;
    this.older.value = "loading";
    const conversation = this.#conversation;
    try {
      const page = await this.#rest.history(token, first);
      if (conversation !== this.#conversation) return;
      this.#stream.prepend(honestly(page.messages));
      this.#show();
      this.older.value = page.more ? "some" : "none";
    } catch {
      this.older.value = "some";
    }
  }

  /** After `stopped`: tries once more. */
  tryAgain(): void {
    this.#restarted = false;
    this.#connection.start();
  }

  /** The page asks for another language; "" for the visitor's own. */
  speak(locale: string): void {
    this.#site.speak([locale, ...navigator.languages]);
  }

  /** Who the visitor is, as the shop's server signed it. What this browser said before stays apart until it is verified. */
  async identify(proof: Proof): Promise<void> {
    try {
      if (!(await this.#visitor.identify(proof))) return;
    } catch (error) {
      if (!(error instanceof Refused) || error.retryable || isForConsent(error)) this.#proof = proof;
      console.warn(`Kickstand: identify: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    this.#tabs.tell({ kind: "token" });
    this.#startOver();
  }

  #proveAgain(): void {
    const proof = this.#proof;
    this.#proof = null;
    if (proof !== null) void this.identify(proof);
  }

  /** Ends this visit on a shared computer, in every tab: nothing stays in the browser. */
  shutdown(): void {
    this.#tabs.tell({ kind: "left" });
    this.#leave();
  }

  #leave(): void {
    this.#tabs.close();
    this.#site.leave();
    this.#connection.stop();
    this.#outbox.forget();
    this.#parcels.forget();
    this.#visitor.forget();
  }

  /** Another tab says something. */
  #heed(word: Word): void {
    switch (word.kind) {
      case "kept":
        return this.#outbox.hear(word.key, word.text);
      case "gone":
        return this.#outbox.hear(word.key, null);
      case "draft":
        this.draft.value = word.text;
        return;
      case "seen":
        if (word.conversation === this.#conversation) this.#seen.value = Math.max(this.#seen.value, word.seq);
        return;
      case "token":
        return this.#startOver();
      case "left":
        return this.#leave();
    }
  }

  async #hello(): Promise<VisitorCommand> {
    try {
      this.#usedToken = await this.#visitor.ensureToken();
    } catch (error) {
      if (isForConsent(error)) queueMicrotask(() => this.#askConsent());
      throw error;
    }
    return {
      type: "hello",
      v: VERSION,
      token: this.#usedToken,
      conversation_id: this.#conversation,
      after: this.#stream.last,
      epoch: this.#epoch,
    };
  }

  #hear(event: VisitorEvent): void {
    switch (event.type) {
      case "welcome":
        return this.#welcome(event);
      case "message.created":
        return this.#arrived(event);
      case "synced":
        this.#stream.synced(event.head);
        this.isKnown.value = true;
        return this.#show();
      case "ack":
        return this.#acked(event);
      case "nack":
        return this.#outbox.refuse(event);
      case "conversation.updated":
        if (event.conversation_id === this.#conversation) this.#become(event.state);
        return;
      case "availability":
        return this.#site.keepHours(event.availability);
      case "typing":
        return this.#typing.show(event.on ? event.by : null);
    }
  }

  #welcome(welcome: VisitorWelcome): void {
    const isOther = this.#conversation !== null && welcome.conversation_id !== this.#conversation;
    if (welcome.reset || isOther) this.#stream.reset();
    this.#stream.reconnected();
    this.#enter(welcome.conversation_id);
    this.#epoch = welcome.epoch;
    this.#restarted = false;
    this.#site.keepHours(welcome.availability);
    this.textLimit.value = welcome.limits.text;
    this.#become(welcome.state);
  }

  #arrived(message: MessageCreated): void {
    if (message.conversation_id !== this.#conversation) {
      if (this.#conversation !== null) this.#stream.reset();
      this.#enter(message.conversation_id);
    }
    this.#stream.accept(message);
    if (message.client_id !== null) {
      this.#landed = this.#landed.filter((p) => p.command.client_id !== message.client_id);
      this.#outbox.settle(message.client_id);
      this.#parcels.drop(message.client_id);
      this.#showPending();
    }
    if (message.author.kind !== "visitor") this.#typing.show(null);
    if (message.re !== null && message.re === this.#asked.value) this.#asked.value = null;
  }

  #acked(ack: Ack): void {
    if (this.#conversation === null) this.#enter(ack.conversation_id);
    const entry = this.#outbox.settle(ack.client_id);
    const isShown = this.#stream.items.some((message) => message.client_id === ack.client_id);
    if (isShown) this.#parcels.drop(ack.client_id);
    if (entry !== null && !isShown) {
      this.#landed.push({ command: entry.command, at: entry.at, state: "landed", problem: null });
    }
    this.#showPending();
  }

  /** Another tab's link got it through; until this one's is back and brings it, it stays in sight. */
  #landedElsewhere({ command, at }: Entry<VisitorSend>): void {
    if (this.link.value.kind !== "live") this.#landed.push({ command, at, state: "landed", problem: null });
  }

  #enter(conversation: string | null): void {
    this.#conversation = conversation;
    const [of, seq] = (this.#visitor.kept("seen") ?? "").split(" ");
    this.#seen.value = of === conversation ? Number(seq) : 0;
  }

  #become(state: VisitorState): void {
    if (state.status !== "bot") this.#asked.value = null;
    if (state.status !== "closed") this.question.value = null;
    else if (state.ask !== null) this.question.value = state.ask;
    this.state.value = state;
  }

  #linkChanged(state: LinkState): void {
    batch(() => {
      this.link.value = state;
      if (state.kind === "live") {
        if (this.site.value === null) void this.#loadSite();
        if (!this.mustConsent.value) this.#proveAgain();
        // The stream now has all that the server has stored.
        this.#landed = [];
        this.#showPending();
        this.#show();
        this.#outbox.linkUp();
        this.#parcels.resume();
        if (this.#seen.value > 0) this.#connection.send({ type: "read", seq: this.#seen.value });
        return;
      }
      this.#outbox.linkDown();
      if (state.kind === "offline_since" || state.kind === "stopped") {
        this.#typing.show(null);
        this.#show();
      }
    });
    if (state.kind !== "stopped") return;
    if (state.code === CONSENT_REQUIRED) this.mustConsent.value = true;
    else this.#recover(state.code);
  }

  /** An unknown token or conversation (the shop restored a backup, say) must not end in a dead chat: start anew, once. */
  #recover(code: number): void {
    if (this.#restarted || (code !== NOT_AUTHENTICATED && code !== NO_SUCH_CONVERSATION)) return;
    this.#restarted = true;
    if (code === NOT_AUTHENTICATED) this.#visitor.drop(this.#usedToken);
    this.#startOver();
  }

  /** The server keeps nothing before the visitor agrees: so does the browser, and nothing more is asked. */
  #askConsent(): void {
    if (this.mustConsent.value) return;
    this.mustConsent.value = true;
    this.#connection.stop();
    void this.#loadSite();
  }

  /** With the token that is held now, and nothing of the conversation before. */
  #startOver(): void {
    this.#conversation = null;
    this.#epoch = null;
    this.#stream.reset();
    this.#connection.restart();
  }

  #show(): void {
    const items = this.#stream.items;
    if (items === this.messages.value) return;
    this.messages.value = items;
    if (this.older.value !== "loading") this.older.value = (this.#stream.first ?? 1) > 1 ? "some" : "none";
  }

  #showPending(): void {
    const waiting = this.#outbox.entries.map((entry) => ({
      command: entry.command,
      at: entry.at,
      state: entry.state,
      problem: entry.problem === null ? null : refusalWords(entry.problem.code),
    }));
    this.pending.value = [...this.#landed, ...waiting];
    const asked = waiting.find((entry) => entry.command.client_id === this.#asked.value);
    if (asked?.state === "not_sent") this.#asked.value = null;
  }

  async #loadSite(): Promise<void> {
    try {
      const hasToken = this.#visitor.token !== null || this.mustConsent.value;
      if (hasToken) this.#site.meet(await this.#rest.site(this.#visitor.site));
      else await this.#visitor.ensureToken();
    } catch (error) {
      if (isForConsent(error)) this.#askConsent();
      // Shown as a lost link by the connection, which asks again when it is back.
    }
  }
}

function isForConsent(error: unknown): boolean {
  return error instanceof Refused && error.code === "consent_required";
}
