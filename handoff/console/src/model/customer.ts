import { signal } from "@preact/signals";
import type { VisitorCard } from "@client/protocol.gen";

const SETTLE_MS = 800;

/** What is known about the visitor of the chosen conversation. Shown as it was until the newer answer is here. */
export class Customer {
  readonly card = signal<VisitorCard | null>(null);
  readonly failed = signal(false);
  private wanted: string | null = null;
  private soon: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly fetch: (conversation: string) => Promise<VisitorCard>) {}

  show(conversation: string | null): void {
    if (this.soon !== null) clearTimeout(this.soon);
    if (conversation !== this.wanted) this.card.value = null;
    this.wanted = conversation;
    this.failed.value = false;
    if (conversation !== null) void this.load(conversation);
  }

  /** Something was said, or the link is back: what is known may have grown. */
  refreshSoon(): void {
    if (this.soon !== null) clearTimeout(this.soon);
    this.soon = setTimeout(() => {
      if (this.wanted !== null) void this.load(this.wanted);
    }, SETTLE_MS);
  }

  async load(conversation: string): Promise<void> {
    try {
      const card = await this.fetch(conversation);
      if (conversation !== this.wanted) return;
      this.card.value = card;
      this.failed.value = false;
    } catch {
      if (conversation === this.wanted) this.failed.value = this.card.value === null;
    }
  }
}
