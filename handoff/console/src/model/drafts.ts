import type { Shelf } from "@client/storage";

export type Mode = "reply" | "note";

const PREFIX = "ks-console-draft";
const LIMIT = 50;

/** Unsent words per conversation, kept on this device over a reload, under the agent who wrote them. */
export class Drafts {
  constructor(
    private readonly shelf: Shelf,
    private readonly agent: string,
  ) {}

  read(conversation: string, mode: Mode): string {
    return this.shelf.get(this.key(conversation, mode)) ?? "";
  }

  write(conversation: string, mode: Mode, text: string): void {
    const key = this.key(conversation, mode);
    if (text.trim() === "") this.shelf.remove(key);
    else {
      this.shelf.set(key, text);
      this.bound(key);
    }
  }

  private bound(newest: string): void {
    const keys = this.shelf.keys(`${PREFIX}:${this.agent}:`).filter((key) => key !== newest);
    for (const key of keys.slice(0, Math.max(0, keys.length - LIMIT + 1))) this.shelf.remove(key);
  }

  private key(conversation: string, mode: Mode): string {
    return `${PREFIX}:${this.agent}:${conversation}:${mode}`;
  }
}
