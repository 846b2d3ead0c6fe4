import { signal } from "@preact/signals";
import { en, type Key, type Words } from "./words/en.ts";

export type { Key, Words };

/** Of every language all strings: one that is missing does not compile. Fetched when the language is first spoken. */
const FETCHED: Readonly<Record<string, () => Promise<Words>>> = {
  es: async () => (await import("./words/es.ts")).es,
  fr: async () => (await import("./words/fr.ts")).fr,
  de: async () => (await import("./words/de.ts")).de,
  it: async () => (await import("./words/it.ts")).it,
};
export const languages: readonly string[] = ["en", ...Object.keys(FETCHED)];

const ENGLISH_ORDINALS = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
const ENGLISH_ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const ORDINALS: Record<string, (n: number) => string> = {
  en: (n) => n + (ENGLISH_ENDINGS[new Intl.PluralRules("en", { type: "ordinal" }).select(n)] ?? "th"),
  es: (n) => `${n}.º`,
  fr: (n) => (n === 1 ? "1er" : `${n}e`),
  de: (n) => `${n}.`,
  it: (n) => `${n}º`,
};

const locale = signal("en");
const known = signal<Readonly<Record<string, Words>>>({ en });

/** Takes the first of the wished BCP 47 tags that we have words for; English stands in until they are here. */
export function useLocale(...wished: readonly string[]): void {
  locale.value = choose(wished);
  learn(locale.value).catch(() => undefined);
}

/** Fetches the words of the first wished tag that we have words for, and gives them. Rejects when they cannot be fetched. */
export async function learn(...wished: readonly string[]): Promise<Words> {
  const tongue = language(choose(wished));
  const words = known.value[tongue] ?? (await FETCHED[tongue]?.()) ?? en;
  if (!(tongue in known.value)) known.value = { ...known.value, [tongue]: words };
  return words;
}

function choose(wished: readonly string[]): string {
  return wished.find((wish) => languages.includes(language(wish)) && isTag(wish)) ?? "en";
}

export function currentLocale(): string {
  return locale.value;
}

/** As it goes to the server, which takes tags of an ordinary length. */
export function toldLocale(): string {
  return locale.value.length > 35 ? language(locale.value) : locale.value;
}

/** The words for `key`, filled in. With `count` the form that the language uses for that number. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const words = (known.value[language(locale.value)] ?? en)[key];
  return pick(words, values["count"]).replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name]));
}

/** "second" or, past nine, "12th"; the numeral in languages where the place has no gender to agree with. */
export function ordinalWord(n: number): string {
  return (language(locale.value) === "en" ? ENGLISH_ORDINALS[n] : undefined) ?? ordinal(n);
}

/** "2nd". */
export function ordinal(n: number): string {
  return ORDINALS[language(locale.value)]?.(n) ?? String(n);
}

function pick(words: string, count: string | number | undefined): string {
  if (typeof count !== "number" || !words.includes("|")) return words;
  const [one = "", other = one] = words.split("|");
  return new Intl.PluralRules(locale.value).select(count) === "one" ? one : other;
}

function shown(value: string | number | undefined): string {
  return typeof value === "number" ? new Intl.NumberFormat(locale.value).format(value) : (value ?? "");
}

function language(tag: string): string {
  return tag.toLowerCase().split("-")[0] ?? "";
}

/** What a page asks for is anybody's guess; `Intl` throws on what is no language tag. */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
