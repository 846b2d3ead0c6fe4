import { signal } from "@preact/signals";
import type { TicketState, Wall as Shown } from "@client/protocol.gen";

const AGAIN_MS = 5_000;
/** The share of the promised wait after which somebody is close to its end. */
const CLOSE = 0.75;

/** The wall of one site: fetched anew every few seconds while somebody looks at it. */
export class Wall {
  readonly shown = signal<Shown | null>(null);
  readonly failed = signal(false);
  readonly site = signal<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly fetch: (site: string | null) => Promise<Shown>) {}

  /** Fetches until the function it gives is called. */
  watch(): () => void {
    const turn = async (): Promise<void> => {
      await this.look();
      if (this.timer !== null) this.timer = setTimeout(() => void turn(), AGAIN_MS);
    };
    this.timer = setTimeout(() => void turn(), 0);
    return () => {
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = null;
    };
  }

  async look(): Promise<void> {
    const site = this.site.peek();
    try {
      const shown = await this.fetch(site);
      if (site === this.site.peek()) this.shown.value = shown;
      this.failed.value = false;
    } catch {
      this.failed.value = true;
    }
  }

  pick(site: string): void {
    this.site.value = site;
    void this.look();
  }
}

/** How many wait past what was promised, and how many come close to it. */
export function atRisk(line: readonly TicketState[], promised: number, now: number): { late: number; soon: number } {
  const shares = line.map((ticket) => (now - Date.parse(ticket.requested_at)) / (promised * 1_000));
  return { late: shares.filter((one) => one > 1).length, soon: shares.filter((one) => one > CLOSE && one <= 1).length };
}
