import { signal } from "@preact/signals";
import type { AmountLimit, LevelLimits, RemedyOffer, RemedyRules } from "@client/protocol.gen";
import type { Api } from "../api";
import { Act } from "./act";
import { minorOf, typed } from "./remedies";

export const LEVELS = ["bot", "agent", "senior", "supervisor"] as const;
export const REMEDIES = [
  "free_text",
  "loaner",
  "rush_shipping",
  "spare",
  "replacement",
  "remake",
  "credit",
  "refund",
] as const;
export type LevelName = (typeof LEVELS)[number];
export type RemedyName = (typeof REMEDIES)[number];

/** How a single remedy is limited: as everything is, by a limit of its own, or always by two people. */
export type Mode = "whole" | "own" | "two";

/** Amounts as they are typed; empty: any amount. */
export interface TypedLimit {
  readonly perCase: string;
  readonly perDay: string;
}
export interface TypedLevel {
  readonly all: TypedLimit;
  readonly needsNote: boolean;
  readonly single: Readonly<Record<RemedyName, { readonly mode: Mode; readonly limit: TypedLimit }>>;
}
export interface TypedOffer {
  readonly remedy: RemedyName;
  readonly what: string;
  readonly amount: string;
}
/** The rules of a site while somebody edits them. */
export interface TypedRules {
  readonly site: string;
  readonly name: string;
  readonly currency: string;
  readonly levels: Readonly<Record<LevelName, TypedLevel>>;
  readonly menu: readonly TypedOffer[];
}

const NONE: TypedLimit = { perCase: "", perDay: "" };

export function opened(rules: RemedyRules): TypedRules {
  const amount = (minor: number | null): string => (minor === null ? "" : typed(minor, rules.currency));
  const limit = (of: AmountLimit): TypedLimit => ({ perCase: amount(of.per_case), perDay: amount(of.per_day) });
  const level = (of: LevelLimits | undefined): TypedLevel => {
    const single = Object.fromEntries(
      REMEDIES.map((remedy) => {
        const own = of?.remedies[remedy];
        if (own === undefined) return [remedy, { mode: "whole", limit: NONE }];
        return [remedy, own === null ? { mode: "two", limit: NONE } : { mode: "own", limit: limit(own) }];
      }),
    ) as unknown as TypedLevel["single"];
    return { all: of === undefined ? NONE : limit(of), needsNote: of?.needs_note ?? false, single };
  };
  return {
    site: rules.site,
    name: rules.name,
    currency: rules.currency,
    levels: Object.fromEntries(LEVELS.map((name) => [name, level(rules.roles[name])])) as unknown as TypedRules["levels"],
    menu: rules.menu.map((row) => ({ remedy: row.remedy, what: row.what, amount: amount(row.minor) })),
  };
}

/** What was typed as the server wants it; null when an amount or the currency cannot be read. */
export function closed(rules: TypedRules): RemedyRules | null {
  if (!/^[A-Z]{3}$/.test(rules.currency)) return null;
  let readable = true;
  const amount = (text: string): number | null => {
    if (text.trim() === "") return null;
    const minor = minorOf(text, rules.currency);
    readable &&= minor !== null;
    return minor;
  };
  const limit = (of: TypedLimit): AmountLimit => ({ per_case: amount(of.perCase), per_day: amount(of.perDay) });
  const level = (of: TypedLevel): LevelLimits => {
    const remedies: LevelLimits["remedies"] = {};
    for (const remedy of REMEDIES) {
      const { mode, limit: own } = of.single[remedy];
      if (mode !== "whole") remedies[remedy] = mode === "two" ? null : limit(own);
    }
    return { ...limit(of.all), needs_note: of.needsNote, remedies };
  };
  const roles = Object.fromEntries(LEVELS.map((name) => [name, level(rules.levels[name])])) as RemedyRules["roles"];
  const menu: RemedyOffer[] = rules.menu.map((row) => ({
    remedy: row.remedy,
    what: row.what.trim(),
    minor: amount(row.amount),
  }));
  return readable ? { site: rules.site, name: rules.name, currency: rules.currency, roles, menu } : null;
}

/** The limits of all sites, for admins. */
export class RulesBook {
  readonly sites = signal<readonly TypedRules[] | null>(null);
  readonly failed = signal(false);
  readonly save = new Act();
  readonly saved = signal(false);

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    try {
      this.sites.value = (await this.api.remedyRules()).sites.map(opened);
      this.failed.value = false;
    } catch {
      this.failed.value = this.sites.peek() === null;
    }
  }

  edit(site: string, change: (rules: TypedRules) => TypedRules): void {
    this.saved.value = false;
    this.sites.value = (this.sites.value ?? []).map((one) => (one.site === site ? change(one) : one));
  }

  async put(rules: TypedRules, unreadable: string): Promise<void> {
    const whole = closed(rules);
    this.saved.value = false;
    if (whole === null) {
      this.save.problem.value = unreadable;
      return;
    }
    const kept = await this.save.run(() => this.api.putRemedyRules(whole));
    if (kept === null) return;
    this.edit(rules.site, () => opened(kept));
    this.saved.value = true;
  }
}
