import { batch, computed, effect, signal } from "@preact/signals";
import type { LinkState } from "@client/socket";
import type { Shelf } from "@client/storage";
import type {
  AgentCommand,
  AgentEvent,
  AgentMessageCreated,
  AgentRef,
  AgentUpdated,
  AgentWelcome,
  LedgerPromise,
  MadeRight,
  Nack,
  QueueChanged,
  SecondPerson,
} from "@client/protocol.gen";
import { Conversation, type Verb } from "./conversation";
import { Drafts } from "./drafts";
import { Followed } from "./followed";
import { neighbour } from "./keys";
import { Letters } from "./letters";
import { Queue } from "./queue";
import { Alarm, type Bell } from "./ring";
import { Clock } from "./times";
import { firstName, noticeOf, Verbs, type Receiver } from "./verbs";

export type View = "queue" | "mine" | "promises" | "all" | "reports" | "wall" | "settings";

export interface Link {
  send(command: AgentCommand): boolean;
  reconnect(): void;
}

export interface DeskOptions {
  me: AgentRef;
  link: Link;
  shelf: Shelf;
  bell: Bell;
  /** Is the page in front of the agent's eyes? */
  visible: () => boolean;
  /** Is a promise open in this conversation? */
  promised?: (id: string) => boolean;
  promise?: (promise: LedgerPromise) => void;
  /** Somebody new waits, or a visitor of this agent wrote out of sight. */
  news?: (what: "waits" | "wrote" | "worse", id: string) => void;
  remedy?: (remedy: MadeRight) => void;
}

const TYPING_AGAIN_MS = 3_000;

/**
 * What one signed-in agent works at: the queue, the conversations they hold or look at, and the link to the server.
 * `receive` is the only way in for what the server says; everything else is what the agent does.
 */
export class Desk {
  readonly me: AgentRef;
  readonly clock = new Clock();
  readonly queue: Queue;
  readonly link = signal<LinkState>({ kind: "connecting" });
  readonly available = signal(true);
  readonly capacity = signal(0);
  readonly textLimit = signal(4_000);
  /** The generation of each conversation this agent holds. */
  readonly holds = signal<ReadonlyMap<string, number>>(new Map());
  readonly view = signal<View>("queue");
  readonly chosen = signal<string | null>(null);
  readonly letters: Letters;
  /** The field to write in should take the focus as soon as it is there. */
  readonly wantsField = signal(false);

  readonly current = computed(() => (this.chosen.value === null ? null : this.conversation(this.chosen.value)));
  /** What this agent holds, the newest words first; like the queue it stands still under a moving pointer. */
  readonly mine = computed(() => {
    const held = [...this.holds.value.keys()].map((id) => this.conversation(id));
    const place = (one: Conversation): number => (this.drawn.includes(one.id) ? this.drawn.indexOf(one.id) : held.length);
    held.sort(this.queue.pointing.value ? (a, b) => place(a) - place(b) : (a, b) => newest(b) - newest(a));
    this.drawn = held.map((one) => one.id);
    return held;
  });
  /** Conversations of colleagues that turned for the worse, of which this agent is asked to look at one. */
  readonly standby = computed(() =>
    [...this.seconds.value.values()].filter((one) => one.agent?.id === this.me.id && one.conversation_id !== this.chosen.value),
  );
  readonly unread = computed(() => this.mine.value.reduce((sum, one) => sum + one.unread.value, 0));
  /** Everybody who waits for this agent to take them. */
  readonly calling = computed(() => this.queue.offers.value.length + this.queue.waiting.value.length);
  readonly calls = computed(() => this.calling.value + this.unread.value);
  readonly hasRoom = computed(() => this.capacity.value === 0 || this.holds.value.size < this.capacity.value);
  readonly live = computed(() => this.link.value.kind === "live");

  private readonly seconds = signal<ReadonlyMap<string, SecondPerson>>(new Map());
  private readonly verbs: Verbs;
  private readonly alarm: Alarm;
  private readonly endAlarm: () => void;
  private readonly followed: Followed;
  private queueHeard = false;
  private epoch: string | null = null;
  private wantsAvailable: boolean | null = null;
  private resolveAfter: string | null = null;
  private drawn: readonly string[] = [];
  private lastTyping: { id: string; at: number } | null = null;

  constructor(private readonly options: DeskOptions) {
    this.me = options.me;
    this.alarm = new Alarm(options.bell);
    const drafts = new Drafts(options.shelf, options.me.id);
    this.followed = new Followed({
      send: (command) => options.link.send(command),
      stays: (id) => this.holds.value.has(id) || id === this.chosen.value,
      of: (id) => ({
        ticket: computed(() => this.queue.tickets.value.get(id)),
        drafts,
        own: (name) => this.isOwn(name),
      }),
    });
    this.queue = new Queue(
      () => this.me.id,
      () => this.clock.now(),
      {
        arrived: (ids) => {
          if (!this.rings()) return;
          this.alarm.arrived();
          for (const id of ids) options.news?.("waits", id);
        },
      },
    );
    this.letters = new Letters({
      shelf: options.shelf,
      agent: options.me.id,
      send: (command) => options.link.send(command),
      reconnect: () => options.link.reconnect(),
      returned: (command, nack) => this.returned(command.conversation_id, command.note === true, command.text, nack),
      stored: (command) => this.stored(command.client_id, command.conversation_id),
    });
    this.verbs = new Verbs({
      send: (command) => options.link.send(command),
      holdOf: (id) => this.holds.value.get(id),
      holderOf: (id) => this.holderOf(id),
      done: (verb, conversation, gen) => this.done(verb, conversation, gen),
      lost: (conversation, holder) => this.lost(conversation.id, holder),
    });
    this.endAlarm = effect(() => {
      if (this.calling.value > 0 && this.rings()) this.alarm.keep();
      else this.alarm.stop();
    });
  }

  /** Stops every sound and timer; the desk is not used again. */
  close(): void {
    this.endAlarm();
    this.alarm.stop();
    this.clock.stop();
  }

  // What the server says

  receive(event: AgentEvent): void {
    batch(() => this.hear(event));
  }

  /** True after the event that completes a reconnect: the queue is here and every followed conversation is whole. */
  caughtUp(): boolean {
    return this.queueHeard && this.followed.whole;
  }

  linkIs(state: LinkState): void {
    const was = this.link.value.kind;
    this.link.value = state;
    if (state.kind === "live") {
      this.letters.linkUp();
    } else if (was === "live" || was === "catching_up") {
      if (state.kind !== "offline_since" && state.kind !== "stopped") return;
      this.letters.linkDown();
      this.verbs.linkDown();
      this.followed.linkDown();
      this.queueHeard = false;
    }
  }

  private hear(event: AgentEvent): void {
    switch (event.type) {
      case "welcome":
        return this.welcomed(event);
      case "queue.changed":
        return this.queueChanged(event);
      case "message.created":
        return this.said(event);
      case "entry.created":
        this.followed.get(event.conversation_id)?.accept(event);
        return;
      case "synced":
        this.followed.synced(event.conversation_id, event.head);
        this.markRead();
        return;
      case "conversation.updated":
        return this.updated(event);
      case "colleagues.here": {
        const conversation = this.followed.get(event.conversation_id);
        if (conversation !== undefined) conversation.here.value = event.agents;
        return;
      }
      case "promise.changed":
        this.options.promise?.(event.promise);
        return;
      case "remedy.changed":
        this.options.remedy?.(event.remedy);
        return;
      case "second.person":
        return this.second(event);
      case "typing":
        if (event.by.kind !== "agent" || !this.isOwn(event.by.name))
          this.followed.get(event.conversation_id)?.hears(event.on ? event.by : null);
        return;
      case "ack":
        if (!this.verbs.acked(event)) this.letters.acked(event);
        return;
      case "nack":
        if (!this.verbs.refused(event) && !this.letters.refused(event)) this.followed.refused(event);
        return;
      case "ping":
      case "bye":
        return;
    }
  }

  /** A colleague's conversation turned for the worse: one soft note for who is asked to look, and it stays in sight. */
  private second(event: SecondPerson): void {
    const rings = new Map(this.seconds.value);
    const asked = event.agent?.id === this.me.id && rings.get(event.conversation_id)?.agent?.id !== this.me.id;
    if (event.settled) rings.delete(event.conversation_id);
    else rings.set(event.conversation_id, event);
    this.seconds.value = rings;
    if (!asked || event.settled) return;
    if (this.looksAt(event.conversation_id)) return this.look(); // it is in front of them already
    this.options.bell.ring("reply");
    this.options.news?.("worse", event.conversation_id);
  }

  private welcomed(welcome: AgentWelcome): void {
    this.seconds.value = new Map();
    const afresh = this.epoch !== null && this.epoch !== welcome.epoch;
    this.epoch = welcome.epoch;
    this.clock.set(welcome.now);
    this.capacity.value = welcome.capacity;
    this.textLimit.value = welcome.limits.text;
    this.available.value = this.wantsAvailable ?? welcome.available;
    if (this.available.value !== welcome.available)
      this.options.link.send({ type: "presence", available: this.available.value });
    this.holds.value = new Map(welcome.holds.map((hold) => [hold.conversation_id, hold.gen]));
    this.followed.resume([...this.holds.value.keys()], afresh);
    this.look();
  }

  private queueChanged(change: QueueChanged): void {
    this.queueHeard ||= change.reset;
    const holds = new Map(this.holds.value);
    for (const ticket of change.tickets) {
      const gen = holds.get(ticket.conversation_id) ?? -1;
      if (ticket.gen < gen) continue;
      if (ticket.state === "assigned" && ticket.agent?.id === this.me.id) holds.set(ticket.conversation_id, ticket.gen);
      else holds.delete(ticket.conversation_id);
    }
    this.hold(holds);
    this.queue.apply(change);
  }

  private said(message: AgentMessageCreated): void {
    this.letters.seen(message);
    const conversation = this.followed.get(message.conversation_id);
    if (conversation === undefined || !conversation.accept(message)) return;
    const whispered = message.note && message.author.kind === "agent" && !this.isOwn(message.author.name);
    const forMe = message.author.kind === "visitor" || whispered;
    const news = forMe && conversation.loaded.value && this.holds.value.has(conversation.id);
    if (news && !this.looksAt(conversation.id)) {
      conversation.unread.value += 1;
      if (this.available.value) {
        this.options.bell.ring("reply");
        this.options.news?.("wrote", conversation.id);
      }
    }
    this.markRead();
  }

  private updated(event: AgentUpdated): void {
    const conversation = this.followed.get(event.conversation_id);
    if (conversation !== undefined) conversation.state.value = event;
    const holds = new Map(this.holds.value);
    const known = holds.get(event.conversation_id) ?? -1;
    if (event.gen !== null && event.gen < known) return;
    if (event.status === "human" && event.agent?.id === this.me.id && event.gen !== null)
      holds.set(event.conversation_id, event.gen);
    else holds.delete(event.conversation_id);
    this.hold(holds);
  }

  private hold(holds: ReadonlyMap<string, number>): void {
    const was = this.holds.value;
    if (holds.size === was.size && [...holds].every(([id, gen]) => was.get(id) === gen)) return;
    this.holds.value = holds;
    for (const id of holds.keys()) if (!was.has(id)) this.followed.follow(id);
  }

  private done(verb: Verb, conversation: Conversation, gen: number | null): void {
    const holds = new Map(this.holds.value);
    if ((verb === "claim" || verb === "take over") && gen !== null) {
      holds.set(conversation.id, gen);
      conversation.mode.value = "reply";
      this.hold(holds);
      this.choose(conversation.id);
      this.wantsField.value = true;
    } else if (verb !== "claim" && verb !== "take over" && verb !== "decline") {
      conversation.askAboutPromises.value = false;
      holds.delete(conversation.id);
      this.hold(holds);
    }
  }

  private lost(id: string, holder: string | null): void {
    if (holder !== null) this.queue.lost(id, firstName(holder));
    if (!this.holds.value.has(id)) return;
    const holds = new Map(this.holds.value);
    holds.delete(id);
    this.hold(holds);
  }

  private returned(id: string, note: boolean, text: string, nack: Nack): void {
    const conversation = this.conversation(id);
    this.lost(id, null);
    this.resolveAfter = null;
    conversation.giveBack(note ? "note" : "reply", text);
    conversation.notice.value = noticeOf(nack, this.holderOf(id));
  }

  private stored(clientId: string, id: string): void {
    if (this.resolveAfter !== clientId) return;
    this.resolveAfter = null;
    const conversation = this.conversation(id);
    conversation.askAboutPromises.value = this.options.promised?.(id) === true;
    if (!conversation.askAboutPromises.value) this.verbs.resolve(conversation);
  }

  private holderOf(id: string): string | null {
    const agent = this.followed.agentOf(id) ?? this.queue.tickets.value.get(id)?.agent ?? null;
    return agent === null || agent.id === this.me.id ? null : agent.name;
  }

  private rings(): boolean {
    return this.available.value && this.hasRoom.value;
  }

  // What the agent does

  choose(id: string | null): void {
    if (this.chosen.value === id) return;
    this.chosen.value = id;
    this.wantsField.value = false;
    if (id !== null) this.followed.follow(id);
    this.look();
    this.markRead();
  }

  /** Tells colleagues what is in front of this agent. */
  private look(): void {
    this.options.link.send({ type: "looks", conversation_id: this.chosen.value });
  }

  /** Moves the choice by one row in the list that is shown (`ids`, top to bottom). */
  move(ids: readonly string[], step: 1 | -1): void {
    const next = neighbour(ids, this.chosen.value, step);
    if (next !== null) this.choose(next);
  }

  /** Claims `id`, or the chosen one if it waits, else what rings here, else the first in line. */
  claim(id?: string): void {
    const line = [...this.queue.offers.value, ...this.queue.waiting.value, ...this.queue.resting.value];
    const waits = (wanted: string | null | undefined): boolean => line.some((one) => one.conversation_id === wanted);
    const target = id ?? (waits(this.chosen.value) ? this.chosen.value : line[0]?.conversation_id);
    if (target === undefined || target === null || !this.live.value) return;
    this.choose(target);
    this.verbs.claim(this.conversation(target));
  }

  /** Takes the conversation from the colleague who has it. */
  takeOver(id: string): void {
    if (this.live.value) this.verbs.takeOver(this.conversation(id));
  }

  /** Lets what rings here pass to the next. */
  decline(id: string): void {
    if (this.live.value) this.verbs.decline(this.conversation(id));
  }

  transfer(to: Receiver, note: string): void {
    if (this.current.value !== null && this.live.value) this.verbs.transfer(this.current.value, to, note);
  }

  snooze(until: string): void {
    if (this.current.value !== null && this.live.value) this.verbs.snooze(this.current.value, until);
  }

  release(to: "queue" | "bot"): void {
    if (this.current.value !== null && this.live.value) this.verbs.release(this.current.value, to);
  }

  /** Closes the conversation as solved; with an unsent reply or an open promise it asks first what becomes of it. */
  resolve(anyway = false, keepsPromises = false): void {
    const conversation = this.current.value;
    if (conversation === null || !this.live.value || !this.holds.value.has(conversation.id)) return;
    const unsent = conversation.reply.value.trim() !== "";
    conversation.askAboutDraft.value = unsent && !anyway;
    if (unsent && !anyway) return;
    conversation.askAboutPromises.value = !keepsPromises && this.options.promised?.(conversation.id) === true;
    if (!conversation.askAboutPromises.value) this.verbs.resolve(conversation, keepsPromises);
  }

  /** Sends what is in the field; false when there is nothing to send or it is too long. */
  submit(andResolve = false): boolean {
    const conversation = this.current.value;
    if (conversation === null) return false;
    const mode = this.modeOf(conversation);
    const text = conversation[mode].value.trim();
    const gen = mode === "note" ? null : this.holds.value.get(conversation.id);
    if (text === "" || [...text].length > this.textLimit.value || gen === undefined) return false;
    this.typing(false);
    const clientId = this.letters.add(conversation.id, text, gen);
    if (andResolve && mode === "reply") this.resolveAfter = clientId;
    conversation.write(mode, "");
    conversation.notice.value = null;
    return true;
  }

  /** Only who holds a conversation replies; everybody may leave a note. */
  modeOf(conversation: Conversation): "reply" | "note" {
    return this.holds.value.has(conversation.id) ? conversation.mode.value : "note";
  }

  editAgain(clientId: string): void {
    const command = this.letters.takeBack(clientId);
    if (command === null) return;
    this.conversation(command.conversation_id).giveBack(command.note === true ? "note" : "reply", command.text);
    this.wantsField.value = true;
  }

  /** Tells the visitor that a reply is being written, at most every few seconds; notes are nobody's business. */
  typing(on: boolean): void {
    const conversation = this.current.value;
    if (conversation === null || this.modeOf(conversation) === "note") return;
    const last = this.lastTyping;
    const lately = last?.id === conversation.id && Date.now() - last.at < TYPING_AGAIN_MS;
    if (on ? lately : last === null) return;
    this.lastTyping = on ? { id: conversation.id, at: Date.now() } : null;
    this.options.link.send({ type: "typing", conversation_id: conversation.id, on });
  }

  setAvailable(available: boolean): void {
    this.wantsAvailable = available;
    this.available.value = available;
    this.options.link.send({ type: "presence", available });
  }

  /** Everything in the chosen conversation has been in front of the agent: tells the visitor "seen". */
  markRead(): void {
    const conversation = this.current.peek();
    if (conversation === null || !this.options.visible()) return;
    conversation.unread.value = 0;
    const seq = conversation.messages.value.findLast((one) => one.author.kind === "visitor")?.seq ?? 0;
    if (seq <= conversation.readTo || !this.holds.value.has(conversation.id)) return;
    if (this.options.link.send({ type: "read", conversation_id: conversation.id, seq })) conversation.readTo = seq;
  }

  conversation(id: string): Conversation {
    return this.followed.open(id);
  }

  private looksAt(id: string): boolean {
    return this.chosen.value === id && this.options.visible();
  }

  isOwn(name: string | null): boolean {
    return name === this.me.name || name === firstName(this.me.name);
  }
}

const newest = (conversation: Conversation): number => Date.parse(conversation.lastSaid.value?.sent_at ?? "") || 0;
