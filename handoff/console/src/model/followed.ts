import type { AgentCommand, AgentRef, Nack } from "@client/protocol.gen";
import { Conversation, type ConversationOptions } from "./conversation";
import { noticeOf } from "./verbs";

/** How many conversations the console follows at once; the server keeps as many per connection. */
const MOST = 20;
const RETRY_MS = 2_000;

export interface FollowedOptions {
  send: (command: AgentCommand) => boolean;
  /** What must not be left: held, or in front of the agent. */
  stays: (id: string) => boolean;
  of: (id: string) => Omit<ConversationOptions, "sync">;
}

/**
 * The conversations whose log this console has, and keeps whole over reconnects.
 *
 * There are at most 20. The server leaves the one that was asked for longest ago, and so does this; what must stay is
 * asked for again instead of growing old.
 */
export class Followed {
  private readonly conversations = new Map<string, Conversation>();
  /** In the order in which they were last asked for. */
  private order: readonly string[] = [];
  private readonly syncing = new Set<string>();

  constructor(private readonly options: FollowedOptions) {}

  /** The one that was opened before, or a new one, which holds its drafts already. */
  open(id: string): Conversation {
    const known = this.conversations.get(id);
    if (known !== undefined) return known;
    const made = new Conversation(id, { ...this.options.of(id), sync: () => this.sync(id) });
    this.conversations.set(id, made);
    return made;
  }

  get(id: string): Conversation | undefined {
    return this.conversations.get(id);
  }

  /** True when every one is here up to the server's head. */
  get whole(): boolean {
    return this.syncing.size === 0;
  }

  follow(id: string): void {
    const others = this.order.filter((one) => one !== id);
    const left = others.length < MOST ? -1 : others.findIndex((one) => !this.options.stays(one));
    if (left >= 0) {
      const renewed = others.splice(0, left);
      for (const one of renewed) this.sync(one);
      for (const one of others.splice(0, 1)) this.forget(one);
      others.push(...renewed);
    }
    this.order = [...others, id];
    this.sync(id);
  }

  /** A new link, to the same store or (`afresh`) another one: asks for everything that was missed. */
  resume(held: readonly string[], afresh: boolean): void {
    if (afresh) for (const conversation of this.conversations.values()) conversation.reset();
    const known = [...held.filter((id) => !this.order.includes(id)), ...this.order];
    const spare = known.filter((id) => !this.options.stays(id)).slice(0, Math.max(0, known.length - MOST));
    for (const id of spare) this.forget(id);
    this.order = known.filter((id) => !spare.includes(id));
    for (const id of this.order) {
      this.open(id).stream.reconnected();
      this.sync(id);
    }
  }

  synced(id: string, head: number): void {
    this.syncing.delete(id);
    const conversation = this.conversations.get(id);
    if (conversation === undefined) return;
    conversation.loaded.value = true;
    conversation.stream.synced(head);
  }

  /** The server refused to show one; it goes unnamed, so it is the one that was asked for first. */
  refused(nack: Nack): void {
    const [asked] = this.syncing;
    if (asked === undefined) return;
    if (nack.retryable) {
      setTimeout(() => this.sync(asked), nack.after_ms ?? RETRY_MS);
    } else if (nack.code === "no_such_conversation") {
      this.syncing.delete(asked);
      const conversation = this.open(asked);
      conversation.missing.value = true;
      conversation.notice.value = noticeOf(nack, null);
    }
  }

  linkDown(): void {
    this.syncing.clear();
    for (const conversation of this.conversations.values()) conversation.hears(null);
  }

  /** Who has it by now, as far as this console was told. */
  agentOf(id: string): AgentRef | null {
    return this.conversations.get(id)?.agent.value ?? null;
  }

  private sync(id: string): void {
    const after = this.open(id).stream.last;
    if (this.options.send({ type: "sync", conversation_id: id, after })) this.syncing.add(id);
  }

  private forget(id: string): void {
    this.syncing.delete(id);
    this.conversations.delete(id);
  }
}
