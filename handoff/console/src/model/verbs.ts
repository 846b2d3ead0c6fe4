import type { Ack, AgentCommand, Nack } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation, Notice, Verb } from "./conversation";

export interface VerbsOptions {
  send: (command: AgentCommand) => boolean;
  /** The generation of this agent's hold on a conversation, undefined when they do not hold it. */
  holdOf: (id: string) => number | undefined;
  /** Who has a conversation by now, as far as this console was told. */
  holderOf: (id: string) => string | null;
  done: (verb: Verb, conversation: Conversation, gen: number | null) => void;
  lost: (conversation: Conversation, holder: string | null) => void;
}

interface Pending {
  verb: Verb;
  conversation: Conversation;
}

/** To a colleague or to a team, with a word for whoever takes it. */
export type Receiver = { agent_id: string } | { team_id: string };

/** Claim, pass on, lay aside, release and resolve: each asks the server and waits; nothing is assumed to have worked. */
export class Verbs {
  private readonly pending = new Map<string, Pending>();

  constructor(private readonly options: VerbsOptions) {}

  claim(conversation: Conversation): void {
    const client_id = crypto.randomUUID();
    this.ask("claim", conversation, { type: "ticket.claim", conversation_id: conversation.id, client_id });
  }

  takeOver(conversation: Conversation): void {
    const client_id = crypto.randomUUID();
    this.ask("take over", conversation, { type: "ticket.take_over", conversation_id: conversation.id, client_id });
  }

  release(conversation: Conversation, to: "queue" | "bot"): void {
    const client_id = crypto.randomUUID();
    const gen = this.options.holdOf(conversation.id);
    if (gen === undefined) return;
    this.ask("release", conversation, { type: "ticket.release", conversation_id: conversation.id, client_id, gen, to });
  }

  decline(conversation: Conversation): void {
    const client_id = crypto.randomUUID();
    this.ask("decline", conversation, { type: "ticket.decline", conversation_id: conversation.id, client_id });
  }

  transfer(conversation: Conversation, to: Receiver, note: string): void {
    const gen = this.options.holdOf(conversation.id);
    if (gen === undefined) return;
    this.ask("transfer", conversation, {
      type: "ticket.transfer",
      conversation_id: conversation.id,
      client_id: crypto.randomUUID(),
      gen,
      note,
      ...to,
    });
  }

  snooze(conversation: Conversation, until: string): void {
    const client_id = crypto.randomUUID();
    const gen = this.options.holdOf(conversation.id);
    if (gen === undefined) return;
    this.ask("snooze", conversation, { type: "ticket.snooze", conversation_id: conversation.id, client_id, gen, until });
  }

  resolve(conversation: Conversation, keep_promises = false): void {
    const gen = this.options.holdOf(conversation.id);
    if (gen === undefined) return;
    this.ask("resolve", conversation, {
      type: "ticket.resolve",
      conversation_id: conversation.id,
      client_id: crypto.randomUUID(),
      gen,
      keep_promises,
    });
  }

  /** True when the ack answered one of these commands. */
  acked(ack: Ack): boolean {
    const asked = this.take(ack.client_id);
    if (asked === undefined) return false;
    asked.conversation.notice.value = null;
    this.options.done(asked.verb, asked.conversation, ack.gen);
    return true;
  }

  refused(nack: Nack): boolean {
    const asked = nack.client_id === null ? undefined : this.take(nack.client_id);
    if (asked === undefined) return false;
    const { conversation } = asked;
    const holder = this.options.holderOf(conversation.id) ?? holderIn(nack);
    if (nack.code === "already_assigned" || nack.code === "not_assigned") this.options.lost(conversation, holder);
    if (nack.code === "open_promises") conversation.askAboutPromises.value = true;
    else conversation.notice.value = noticeOf(nack, holder);
    return true;
  }

  /** The link is lost: whether these commands arrived shows after the reconnect. */
  linkDown(): void {
    for (const { conversation } of this.pending.values()) {
      conversation.busy.value = null;
      conversation.notice.value = { tone: "wait", fact: t.notice.linkLost, next: t.notice.linkLostNext };
    }
    this.pending.clear();
  }

  private ask(verb: Verb, conversation: Conversation, command: AgentCommand & { client_id: string }): void {
    if (conversation.busy.value !== null) return;
    conversation.notice.value = null;
    if (!this.options.send(command)) return;
    conversation.busy.value = verb;
    this.pending.set(command.client_id, { verb, conversation });
  }

  private take(clientId: string): Pending | undefined {
    const asked = this.pending.get(clientId);
    if (asked === undefined) return undefined;
    this.pending.delete(clientId);
    asked.conversation.busy.value = null;
    return asked;
  }
}

/** The refusal of a lost race begins with the winner's name: "Dana Roth has this conversation already; ...". */
function holderIn(nack: Nack): string | null {
  if (nack.code !== "already_assigned") return null;
  return /^(.+?) has /.exec(nack.message)?.[1] ?? null;
}

export function noticeOf(nack: Pick<Nack, "code" | "message">, holder: string | null): Notice {
  switch (nack.code) {
    case "already_assigned":
      return {
        tone: "wait",
        fact: holder === null ? t.notice.lost : t.notice.lostTo(firstName(holder)),
        next: t.notice.lostNext,
      };
    case "not_assigned":
      return {
        tone: "wait",
        fact: holder === null ? t.notice.notYours : t.notice.notYoursHeld(firstName(holder)),
        next: t.notice.notYoursNext,
      };
    case "not_waiting":
      return { tone: "plain", fact: t.notice.notWaiting, next: t.notice.notWaitingNext };
    case "at_capacity":
      return { tone: "wait", fact: t.notice.full, next: t.notice.fullNext };
    case "offered":
    case "no_room":
    case "no_such_colleague":
    case "in_the_past":
    case "moved":
      return { tone: "wait", fact: t.notice.stays, next: nack.message };
    default:
      return { tone: "upset", fact: t.notice.failed, next: nack.message };
  }
}

export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;
