import { computed, signal, untracked } from "@preact/signals";
import type {
  Allowance,
  MadeRight,
  NewRemedy,
  RemedyOffer,
  RemedyPart,
  WantedRemedy,
  WeighedRemedy,
} from "@client/protocol.gen";
import { Alarm, type Bell } from "./ring";

const SETTLE_MS = 150;

export interface RemedyDoors {
  allowance: (conversation: string) => Promise<Allowance>;
  weigh: (conversation: string, wanted: WantedRemedy) => Promise<WeighedRemedy>;
  give: (conversation: string, remedy: NewRemedy) => Promise<MadeRight>;
  decide: (remedy: string, approve: boolean, reason: string) => Promise<MadeRight>;
  withdraw: (remedy: string) => Promise<MadeRight>;
  asked: () => Promise<readonly MadeRight[]>;
}

/** A row that was picked, with what the agent makes of it. `minor`: null while the amount cannot be read. */
export interface Picked {
  readonly minor: number | null;
  readonly what: string;
}

/** Digits after the point of a currency's amounts. */
export const digitsOf = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** "12.50" or "12,50" as minor units; null for what is no amount. */
export function minorOf(text: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const found = /^\s*(\d{1,10})(?:[.,](\d*))?\s*$/.exec(text);
  const rest = found?.[2] ?? "";
  if (found === null || rest.length > digits) return null;
  return Number(found[1]) * 10 ** digits + Number(rest.padEnd(digits, "0") || 0);
}

/** Minor units as somebody would type them. */
export function typed(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return minor % 10 ** digits === 0 ? String(minor / 10 ** digits) : (minor / 10 ** digits).toFixed(digits);
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What makes a case right: what this agent may give in the chosen conversation, and what waits for their word. */
export class Remedies {
  readonly allowance = signal<Allowance | null>(null);
  readonly failed = signal(false);
  /** Rows of the menu that are picked, by their place in it. */
  readonly picked = signal<ReadonlyMap<number, Picked>>(new Map());
  readonly order = signal("");
  readonly reason = signal("");
  readonly weighed = signal<WeighedRemedy | null>(null);
  readonly problem = signal<string | null>(null);
  readonly busy = signal(false);
  /** What other agents asked for and this one may decide. */
  readonly asked = signal<readonly MadeRight[]>([]);
  readonly decisionProblem = signal<string | null>(null);

  readonly parts = computed<readonly RemedyPart[] | null>(() => {
    const menu = this.allowance.value?.menu ?? [];
    const parts: RemedyPart[] = [];
    for (const [at, { minor, what }] of [...this.picked.value].sort(([a], [b]) => a - b)) {
      const row = menu[at];
      if (row === undefined || minor === null || (row.remedy === "free_text" && what.trim() === "")) return null;
      parts.push({ remedy: row.remedy, minor, what: what.trim() });
    }
    return parts;
  });
  readonly total = computed(() => (this.parts.value ?? []).reduce((sum, part) => sum + part.minor, 0));

  private readonly alarm: Alarm;
  private wanted: string | null = null;
  /** Of what is being given: the same until it is given, so that nothing is given twice. */
  private id: string = crypto.randomUUID();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly doors: RemedyDoors,
    bell: Bell,
  ) {
    this.alarm = new Alarm(bell);
  }

  /** Rings while something waits for this agent's word and they are there; called when either changes. */
  rings(available: boolean): void {
    if (this.asked.value.length > 0 && available) this.alarm.keep();
    else this.alarm.stop();
  }

  close(): void {
    this.alarm.stop();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  show(conversation: string | null): void {
    if (conversation !== this.wanted) {
      this.allowance.value = null;
      this.clear();
    }
    this.wanted = conversation;
    this.failed.value = false;
    if (conversation !== null) void this.load();
  }

  async load(): Promise<void> {
    const conversation = this.wanted;
    if (conversation === null) return;
    try {
      const allowance = await this.doors.allowance(conversation);
      if (conversation !== this.wanted) return;
      if (!sameMenu(this.allowance.value, allowance)) this.clear();
      this.allowance.value = allowance;
      if (this.order.value === "") this.order.value = allowance.orders[0] ?? "";
      this.failed.value = false;
    } catch {
      if (conversation === this.wanted) this.failed.value = this.allowance.value === null;
    }
  }

  async loadAsked(): Promise<void> {
    try {
      this.asked.value = await this.doors.asked();
    } catch {
      // Stays as it was; the next change or the next link asks again.
    }
  }

  /** One has changed, somewhere on this agent's sites. */
  changed(remedy: MadeRight): void {
    if (remedy.state === "asked") void this.loadAsked();
    else this.asked.value = this.asked.value.filter((one) => one.id !== remedy.id);
    if (remedy.conversation_id === this.wanted) void this.load();
  }

  pick(at: number, row: RemedyOffer): void {
    const picked = new Map(this.picked.value);
    if (!picked.delete(at)) picked.set(at, { minor: row.minor, what: row.what });
    this.picked.value = picked;
    this.weighSoon();
  }

  edit(at: number, change: Partial<Picked>): void {
    const before = this.picked.value.get(at);
    if (before === undefined) return;
    this.picked.value = new Map(this.picked.value).set(at, { ...before, ...change });
    this.weighSoon();
  }

  /** Gives what is picked; over the limit it goes to a second person. */
  async give(gen: number): Promise<void> {
    const [conversation, parts, currency] = [this.wanted, this.parts.value, this.allowance.value?.currency];
    if (conversation === null || parts === null || parts.length === 0 || currency === undefined || this.busy.value) return;
    this.busy.value = true;
    this.problem.value = null;
    const ask = this.weighed.value?.kind === "ask";
    const [reason, order] = [this.reason.value.trim(), this.order.value.trim()];
    try {
      await this.doors.give(conversation, {
        id: this.id,
        gen,
        currency,
        parts: [...parts] as NewRemedy["parts"],
        reason,
        order_number: order === "" ? null : order,
        ask,
      });
      if (conversation === this.wanted) this.clear();
    } catch (error) {
      if (conversation === this.wanted) this.problem.value = message(error);
    } finally {
      this.busy.value = false;
    }
    await this.load();
    if (this.picked.value.size > 0) void this.weigh();
  }

  async decide(remedy: string, approve: boolean, reason: string): Promise<boolean> {
    try {
      this.changed(await this.doors.decide(remedy, approve, reason));
      this.decisionProblem.value = null;
      return true;
    } catch (error) {
      this.decisionProblem.value = message(error);
      return false;
    } finally {
      void this.loadAsked();
    }
  }

  async withdraw(remedy: string): Promise<void> {
    try {
      await this.doors.withdraw(remedy);
    } catch (error) {
      this.problem.value = message(error);
    }
    await this.load();
  }

  private clear(): void {
    this.picked.value = new Map();
    this.weighed.value = null;
    this.problem.value = null;
    this.reason.value = "";
    this.order.value = this.allowance.peek()?.orders[0] ?? "";
    this.id = crypto.randomUUID();
  }

  private weighSoon(): void {
    this.id = crypto.randomUUID();
    this.problem.value = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.weigh(), SETTLE_MS);
  }

  private async weigh(): Promise<void> {
    const [conversation, parts, currency] = [this.wanted, this.parts.value, this.allowance.value?.currency];
    if (conversation === null || parts === null || parts.length === 0 || currency === undefined) {
      this.weighed.value = null;
      return;
    }
    try {
      const weighed = await this.doors.weigh(conversation, { currency, parts: [...parts] as WantedRemedy["parts"] });
      if (conversation === this.wanted && untracked(() => this.parts.value) === parts) this.weighed.value = weighed;
    } catch (error) {
      if (conversation === this.wanted) this.problem.value = message(error);
    }
  }
}

const sameMenu = (before: Allowance | null, now: Allowance): boolean =>
  before === null ||
  (before.currency === now.currency && JSON.stringify(before.menu) === JSON.stringify(now.menu));
