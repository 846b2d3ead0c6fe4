import { signal } from "@preact/signals";
import { Outbox, type Entry } from "@client/outbox";
import type { Shelf } from "@client/storage";
import type { Ack, AgentMessageCreated, AgentSend, Nack } from "@client/protocol.gen";

export interface LettersOptions {
  shelf: Shelf;
  agent: string;
  send: (command: AgentSend) => boolean;
  reconnect: () => void;
  /** Refused because the agent lost the hold: the words go back to the field. */
  returned: (command: AgentSend, nack: Nack) => void;
  /** The server has it. */
  stored: (command: AgentSend) => void;
}

/** An own message that the log does not show yet. */
export interface Letter {
  command: AgentSend;
  at: number;
  state: Entry<AgentSend>["state"] | "sent";
  problem: string | null;
}

/** Replies and notes on their way: kept over a reload, sent exactly once, shown until the log has them. */
export class Letters {
  readonly all = signal<readonly Letter[]>([]);
  private readonly outbox: Outbox<AgentSend>;
  /** Acknowledged, and not yet come back in the log. */
  private arriving: readonly Letter[] = [];

  constructor(private readonly options: LettersOptions) {
    this.outbox = new Outbox<AgentSend>({
      shelf: options.shelf,
      prefix: `ks-console-out:${options.agent}:`,
      send: options.send,
      reconnect: options.reconnect,
      onChange: () => this.show(),
    });
    this.show();
  }

  /** Puts a message on its way; gives its client id. */
  add(conversation_id: string, text: string, gen: number | null): string {
    const client_id = crypto.randomUUID();
    const kind = gen === null ? { note: true } : { gen };
    this.outbox.add(conversation_id, { type: "message.send", conversation_id, client_id, text, ...kind });
    return client_id;
  }

  acked(ack: Ack): boolean {
    const entry = this.outbox.entries.find((one) => one.command.client_id === ack.client_id);
    if (entry === undefined) return false;
    this.arriving = [...this.arriving, { command: entry.command, at: entry.at, state: "sent", problem: null }];
    this.outbox.settle(ack.client_id);
    this.options.stored(entry.command);
    return true;
  }

  refused(nack: Nack): boolean {
    const entry = this.outbox.entries.find((one) => one.command.client_id === nack.client_id);
    if (entry === undefined) return false;
    if (nack.code === "not_assigned") {
      this.outbox.discard(entry.command.client_id);
      this.options.returned(entry.command, nack);
    } else {
      this.outbox.refuse(nack);
    }
    return true;
  }

  /** The log shows this message: it is no longer on its way. */
  seen(message: AgentMessageCreated): void {
    if (message.client_id === null) return;
    const entry = this.outbox.settle(message.client_id);
    if (entry !== null) this.options.stored(entry.command);
    const left = this.arriving.filter((letter) => letter.command.client_id !== message.client_id);
    if (left.length === this.arriving.length) return;
    this.arriving = left;
    this.show();
  }

  sendAgain(clientId: string): void {
    this.outbox.sendAgain(clientId);
  }

  /** Takes a message that was not sent back; gives its command, null when it is gone. */
  takeBack(clientId: string): AgentSend | null {
    const entry = this.outbox.entries.find((one) => one.command.client_id === clientId);
    if (entry?.state !== "not_sent") return null;
    this.outbox.discard(clientId);
    return entry.command;
  }

  linkUp(): void {
    this.outbox.linkUp();
  }

  linkDown(): void {
    this.outbox.linkDown();
  }

  private show(): void {
    const going = this.outbox.entries.map(({ command, at, state, problem }): Letter => {
      return { command, at, state, problem: problem?.message ?? null };
    });
    this.all.value = [...this.arriving, ...going].sort((a, b) => a.at - b.at);
  }
}
