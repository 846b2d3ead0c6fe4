import { batch, computed, signal } from "@preact/signals";
import type { HandedOver, OwnSite, Recommended, RecommendedBy, Voice } from "@client/protocol.gen";
import type { Loading } from "./archive";
import type { Reason } from "./reasons";

export const PERIODS = [7, 28, 90, 365] as const;
export type Days = (typeof PERIODS)[number];

/** What the owner asks about; `until` is an ISO time, null is now. */
export interface Asked {
  site: string;
  days: Days;
  until: string | null;
}

export interface ReportDoors {
  sites: () => Promise<readonly OwnSite[]>;
  recommended: (asked: Asked) => Promise<Recommended>;
  voice: (asked: Asked) => Promise<Voice>;
  now: () => number;
}

const DAY = 86_400_000;

/** The figures of one site and period, and which conversations behind them are shown. */
export class Reports {
  /** Null until the server has said whose figures one may see. */
  readonly sites = signal<readonly OwnSite[] | null>(null);
  readonly asked = signal<Asked>({ site: "", days: 28, until: null });
  readonly recommended = signal<Recommended | null>(null);
  readonly voice = signal<Voice | null>(null);
  readonly state = signal<Loading>("idle");
  /** Of the 0-10 only these; null: all. */
  readonly scores = signal<readonly [number, number] | null>(null);
  readonly reason = signal<Reason | "left" | null>(null);
  private turn = 0;

  readonly mayBeSeen = computed(() => (this.sites.value?.length ?? 0) > 0);

  readonly words = computed<readonly RecommendedBy[]>(() => {
    const said = (this.recommended.value?.verbatims ?? []).filter((one) => one.score !== null || one.why !== null);
    const range = this.scores.value;
    if (range === null) return said.filter((one) => one.why !== null);
    return said.filter((one) => one.score !== null && one.score >= range[0] && one.score <= range[1]);
  });

  readonly cases = computed<readonly HandedOver[]>(() => {
    const all = this.voice.value?.cases ?? [];
    const wanted = this.reason.value;
    if (wanted === null) return all;
    return all.filter((one) => (wanted === "left" ? one.left : one.reason === wanted));
  });

  constructor(private readonly doors: ReportDoors) {}

  /** Learns whose figures there are to see; whoever may see none has no such page. */
  async look(): Promise<void> {
    try {
      const sites = await this.doors.sites();
      batch(() => {
        this.sites.value = sites;
        const here = sites.some((site) => site.key === this.asked.value.site);
        if (!here) this.asked.value = { ...this.asked.value, site: sites[0]?.key ?? "" };
      });
    } catch {
      this.sites.value ??= [];
    }
  }

  async load(): Promise<void> {
    if (this.sites.value === null) await this.look();
    if (!this.mayBeSeen.value) return;
    const turn = ++this.turn;
    this.state.value = "loading";
    try {
      const [recommended, voice] = await Promise.all([
        this.doors.recommended(this.asked.value),
        this.doors.voice(this.asked.value),
      ]);
      if (turn !== this.turn) return;
      batch(() => {
        this.recommended.value = recommended;
        this.voice.value = voice;
        this.state.value = "ready";
      });
    } catch {
      if (turn === this.turn) this.state.value = "failed";
    }
  }

  ask(change: Partial<Asked>): void {
    batch(() => {
      this.asked.value = { ...this.asked.value, ...change };
      this.scores.value = null;
      this.reason.value = null;
    });
    void this.load();
  }

  /** The period before the one that is shown. */
  earlier(): void {
    const since = this.recommended.value?.since;
    if (since !== undefined) this.ask({ until: since });
  }

  /** The period after the one that is shown, until now at most. */
  later(): void {
    const { until, days } = this.asked.value;
    if (until === null) return;
    const end = Date.parse(until) + days * DAY;
    this.ask({ until: end >= this.doors.now() ? null : new Date(end).toISOString() });
  }

  /** The same choice again takes it back. */
  pickScores(from: number, to: number): void {
    const now = this.scores.value;
    this.scores.value = now !== null && now[0] === from && now[1] === to ? null : [from, to];
  }

  pickReason(reason: Reason | "left"): void {
    this.reason.value = this.reason.value === reason ? null : reason;
  }
}

/** The query of the server's routes for what is asked. */
export function queryOf({ site, days, until }: Asked): string {
  const query = new URLSearchParams({ site, days: String(days) });
  if (until !== null) query.set("until", until);
  return query.toString();
}

/** Points with their sign, as a score is said: +46, -3, 0. */
export function points(score: number): string {
  const rounded = Math.round(score);
  return rounded > 0 ? `+${rounded}` : rounded < 0 ? `−${-rounded}` : "0";
}

export const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((100 * part) / whole));
