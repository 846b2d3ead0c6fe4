import { signal } from "@preact/signals";
import type { ConversationList, ConversationSummary } from "@client/protocol.gen";

export type Loading = "idle" | "loading" | "ready" | "failed";

/** All conversations of the site, newest first, fetched page by page. */
export class Archive {
  readonly rows = signal<readonly ConversationSummary[]>([]);
  readonly more = signal(false);
  readonly state = signal<Loading>("idle");
  private turn = 0;

  constructor(private readonly page: (before: string | null) => Promise<ConversationList>) {}

  /** Fetches the newest page anew; what is shown stays until it is here. */
  async refresh(): Promise<void> {
    await this.fetch(null);
  }

  /** As `refresh`, and keeps the older pages that are shown. */
  async renew(): Promise<void> {
    const [shown, more] = [this.rows.value, this.more.value];
    await this.fetch(null);
    if (this.state.value !== "ready" || shown.length <= this.rows.value.length) return;
    this.rows.value = appended(this.rows.value, shown);
    this.more.value = more;
  }

  async older(): Promise<void> {
    const last = this.rows.value.at(-1);
    if (last !== undefined && this.more.value) await this.fetch(last.updated_at);
  }

  private async fetch(before: string | null): Promise<void> {
    const turn = ++this.turn;
    this.state.value = "loading";
    try {
      const { conversations, more } = await this.page(before);
      if (turn !== this.turn) return;
      this.rows.value = before === null ? conversations : appended(this.rows.value, conversations);
      this.more.value = more;
      this.state.value = "ready";
    } catch {
      if (turn === this.turn) this.state.value = "failed";
    }
  }
}

/** Two pages in one list; a conversation that moved between the two calls stands once. */
function appended(rows: readonly ConversationSummary[], page: readonly ConversationSummary[]): ConversationSummary[] {
  const known = new Set(rows.map((row) => row.conversation_id));
  return [...rows, ...page.filter((row) => !known.has(row.conversation_id))];
}
