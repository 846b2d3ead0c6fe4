import { signal } from "@preact/signals";
import type { OrdersStanding, VisitorCard } from "@client/protocol.gen";

const SETTLE_MS = 800;

/** What is known about the visitor of the chosen conversation. Shown as it was until the newer answer is here. */
export class Customer {
  readonly card = signal<VisitorCard | null>(null);
  readonly failed = signal(false);
  /** As the shop tells of them; asked for beside the rest, as shops take their time. */
  readonly orders = signal<OrdersStanding | null>(null);
  readonly ordersFailed = signal(false);
  private wanted: string | null = null;
  private soon: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly fetch: (conversation: string) => Promise<VisitorCard>,
    private readonly fetchOrders: (conversation: string) => Promise<OrdersStanding>,
  ) {}

  show(conversation: string | null): void {
    if (this.soon !== null) clearTimeout(this.soon);
    if (conversation !== this.wanted) {
      this.card.value = null;
      this.orders.value = null;
    }
    this.wanted = conversation;
    this.failed.value = false;
    if (conversation !== null) {
      void this.load(conversation);
      void this.loadOrders(conversation);
    }
  }

  /** Something was said, or the link is back: what is known may have grown. */
  refreshSoon(): void {
    if (this.soon !== null) clearTimeout(this.soon);
    this.soon = setTimeout(() => {
      if (this.wanted !== null) void this.load(this.wanted);
    }, SETTLE_MS);
  }

  async loadOrders(conversation: string): Promise<void> {
    try {
      const orders = await this.fetchOrders(conversation);
      if (conversation !== this.wanted) return;
      this.orders.value = orders;
      this.ordersFailed.value = false;
    } catch {
      if (conversation === this.wanted) this.ordersFailed.value = this.orders.value === null;
    }
  }

  async load(conversation: string): Promise<void> {
    try {
      const card = await this.fetch(conversation);
      if (conversation !== this.wanted) return;
      const proves = JSON.stringify(card.facts) !== JSON.stringify(this.card.value?.facts ?? card.facts);
      this.card.value = card;
      if (proves) void this.loadOrders(conversation);
      this.failed.value = false;
    } catch {
      if (conversation === this.wanted) this.failed.value = this.card.value === null;
    }
  }
}
