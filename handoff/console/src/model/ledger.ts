import { computed, signal } from "@preact/signals";
import type { LedgerPromise } from "@client/protocol.gen";

export const isOpen = (promise: LedgerPromise): boolean => promise.state === "open" || promise.state === "re_agreed";

export interface LedgerDoors {
  list: () => Promise<readonly LedgerPromise[]>;
  make: (conversation: string, what: string, due: string, source: "form" | "composer") => Promise<LedgerPromise>;
  keep: (promise: string) => Promise<LedgerPromise>;
  reAgree: (promise: string, due: string) => Promise<LedgerPromise>;
}

/** What was promised to customers: all that is open and what was due lately, the one due next first. */
export class Ledger {
  readonly all = signal<ReadonlyMap<string, LedgerPromise>>(new Map());
  readonly failed = signal<string | null>(null);
  readonly loaded = signal(false);
  readonly open = computed(() => [...this.all.value.values()].filter(isOpen).sort(byDue));
  readonly settled = computed(() =>
    [...this.all.value.values()].filter((one) => !isOpen(one)).sort((a, b) => byDue(b, a)),
  );
  /** Those that need somebody soon: reminded of, or late. */
  readonly atRisk = computed(() => [
    ...this.open.value.filter((one) => one.reminded),
    ...this.settled.value.filter((one) => one.state === "broken"),
  ]);

  constructor(private readonly doors: LedgerDoors) {}

  async load(): Promise<void> {
    try {
      this.all.value = new Map((await this.doors.list()).map((one) => [one.id, one]));
      this.loaded.value = true;
      this.failed.value = null;
    } catch (error) {
      this.failed.value = error instanceof Error ? error.message : String(error);
    }
  }

  apply(promise: LedgerPromise): void {
    this.all.value = new Map(this.all.value).set(promise.id, promise);
  }

  openIn(conversation: string): readonly LedgerPromise[] {
    return this.open.value.filter((one) => one.conversation_id === conversation);
  }

  of(conversation: string): readonly LedgerPromise[] {
    return [...this.open.value, ...this.settled.value].filter((one) => one.conversation_id === conversation);
  }

  make(conversation: string, what: string, due: string, source: "form" | "composer"): Promise<boolean> {
    return this.settle(this.doors.make(conversation, what, due, source));
  }

  keep(promise: string): Promise<boolean> {
    return this.settle(this.doors.keep(promise));
  }

  reAgree(promise: string, due: string): Promise<boolean> {
    return this.settle(this.doors.reAgree(promise, due));
  }

  private async settle(asked: Promise<LedgerPromise>): Promise<boolean> {
    try {
      this.apply(await asked);
      this.failed.value = null;
      return true;
    } catch (error) {
      this.failed.value = error instanceof Error ? error.message : String(error);
      return false;
    }
  }
}

const byDue = (a: LedgerPromise, b: LedgerPromise): number => Date.parse(a.due_at) - Date.parse(b.due_at);
