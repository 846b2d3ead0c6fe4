import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { Stream } from "@client/stream";
import type { AgentRef, AgentUpdated, Author, TicketState } from "@client/protocol.gen";
import type { Drafts, Mode } from "./drafts";
import { blocks, reasonsIn, type Entry, type Message } from "./timeline";

/** Something that the agent must know about this conversation: what happened, and what to do now. */
export interface Notice {
  tone: "plain" | "wait" | "upset";
  fact: string;
  next: string;
}

export type Verb = "claim" | "decline" | "transfer" | "snooze" | "release" | "resolve" | "take over";

const TYPING_MS = 6_000;

export interface ConversationOptions {
  sync: (after: number) => void;
  ticket: ReadonlySignal<TicketState | undefined>;
  drafts: Drafts;
  own: (name: string | null) => boolean;
}

/** One conversation that this console follows: its log, who has it, and what the agent is writing. */
export class Conversation {
  readonly entries = signal<readonly Entry[]>([]);
  /** True once everything up to the server's head was here. */
  readonly loaded = signal(false);
  readonly missing = signal(false);
  readonly state = signal<AgentUpdated | null>(null);
  readonly typing = signal<Author | null>(null);
  /** Colleagues who have it in front of them too. */
  readonly here = signal<readonly AgentRef[]>([]);
  readonly unread = signal(0);
  readonly notice = signal<Notice | null>(null);
  readonly busy = signal<Verb | null>(null);
  readonly mode = signal<Mode>("reply");
  readonly reply: Signal<string>;
  readonly note: Signal<string>;
  readonly ticket: ReadonlySignal<TicketState | undefined>;
  /** The agent pressed *Resolve* with words in the field: asked once what to do with them. */
  readonly askAboutDraft = signal(false);
  /** ... with a promise open: asked once whether it is kept afterwards. */
  readonly askAboutPromises = signal(false);
  readonly stream: Stream<Entry>;

  readonly messages = computed(() =>
    this.entries.value.filter((entry): entry is Message => entry.type === "message.created"),
  );
  readonly status = computed(() => this.state.value?.status ?? statusOf(this.ticket.value));
  readonly agent = computed(() => this.state.value?.agent ?? this.ticket.value?.agent ?? null);
  readonly visitor = computed(
    () =>
      this.ticket.value?.visitor ??
      this.state.value?.visitor ??
      this.messages.value.findLast((message) => message.author.kind === "visitor" && message.author.name !== null)?.author
        .name ??
      null,
  );
  /** The bike or the order it is about, also once its ticket is closed. */
  readonly about = computed(() => this.ticket.value?.about ?? this.state.value?.about ?? null);
  readonly lastSaid = computed(() =>
    this.messages.value.findLast((message) => !message.note && message.author.kind !== "system"),
  );
  readonly reasons = computed(() => reasonsIn(this.entries.value, this.ticket.value));
  /** The `pos` of the newest entry that tagged it or marked a message. */
  readonly labelled = computed(
    () => this.entries.value.findLast((entry) => entry.type === "entry.created" && (entry.kind === "tag" || entry.kind === "mark"))?.pos ?? 0,
  );
  /** The photo that is shown large. */
  readonly viewed = signal<string | null>(null);
  readonly blocks;

  /** The highest `seq` that this console told the server it has shown. */
  readTo = 0;
  private typingEnds: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly id: string,
    private readonly options: ConversationOptions,
  ) {
    this.ticket = options.ticket;
    this.stream = new Stream<Entry>({
      position: (entry) => entry.pos,
      sync: options.sync,
      onChange: () => {
        this.entries.value = this.stream.items;
      },
    });
    this.reply = signal(options.drafts.read(id, "reply"));
    this.note = signal(options.drafts.read(id, "note"));
    this.blocks = computed(() =>
      blocks({
        entries: this.entries.value,
        reasons: this.reasons.value,
        status: this.status.value,
        own: options.own,
      }),
    );
  }

  /** Takes an entry from the wire. True when it is new here. */
  accept(entry: Entry): boolean {
    const taken = this.stream.accept(entry) === "new";
    if (taken && entry.type === "message.created" && sameSpeaker(entry.author, this.typing.value)) this.hears(null);
    return taken;
  }

  /** Somebody on the other side (or a colleague) types; null when they stopped. */
  hears(by: Author | null): void {
    if (this.typingEnds !== null) clearTimeout(this.typingEnds);
    this.typing.value = by;
    this.typingEnds = by === null ? null : setTimeout(() => this.hears(null), TYPING_MS);
  }

  write(mode: Mode, text: string): void {
    this[mode].value = text;
    this.options.drafts.write(this.id, mode, text);
    if (text.trim() === "") this.askAboutDraft.value = false;
  }

  /** Puts words into the reply, after what is there. */
  insert(text: string): void {
    const there = this.reply.peek();
    this.write("reply", there.trim() === "" ? text : `${there.trimEnd()} ${text}`);
  }

  /** Gives refused words back to the field, before what was typed since. */
  giveBack(mode: Mode, text: string): void {
    const since = this[mode].peek();
    this.write(mode, since.trim() === "" ? text : `${text}\n\n${since}`);
  }

  /** The store is another one (restored from a backup): what is here may not exist there. */
  reset(): void {
    this.stream.reset();
    this.loaded.value = false;
    this.readTo = 0;
  }
}

function statusOf(ticket: TicketState | undefined): AgentUpdated["status"] | null {
  if (ticket === undefined) return null;
  if (ticket.state === "assigned") return "human";
  return ticket.state === "offered" ? "waiting" : ticket.state;
}

const sameSpeaker = (a: Author, b: Author | null): boolean => b !== null && a.kind === b.kind && a.name === b.name;
