import { signal } from "@preact/signals";
import type { WordingList } from "@client/protocol.gen";

/** A phrase in a text, `start` to `end` in UTF-16 units. `say` replaces it; null when the sentence around it has to turn. */
export interface Finding {
  start: number;
  end: number;
  say: string | null;
  hint: string;
  why: string;
}

interface Phrase {
  where: "reply" | "note";
  pattern: RegExp;
  say: string | null;
  hint: string | null;
  why: string;
}

const LONGEST = 20_000;

/** The list of phrases that close a door, and those that belittle; the same as the server's. */
export class Wording {
  readonly ready = signal(false);
  private phrases: readonly Phrase[] = [];

  constructor(private readonly fetch: () => Promise<WordingList>) {}

  async load(): Promise<void> {
    if (this.ready.value) return;
    const list = await this.fetch().catch(() => null);
    if (list === null) return;
    this.phrases = list.phrases.map((one) => ({
      ...one,
      pattern: new RegExp(one.pattern, "giu"),
    }));
    this.ready.value = true;
  }

  /** In order, without overlaps; the phrase that stands first in the list wins. */
  findings(text: string, where: "reply" | "note"): Finding[] {
    if (!this.ready.value) return [];
    const plain = text.slice(0, LONGEST).replace(/[‘’]/g, "'");
    const found: Finding[] = [];
    for (const phrase of this.phrases) {
      if (phrase.where !== where) continue;
      for (const match of plain.matchAll(phrase.pattern)) {
        const [start, end] = [match.index, match.index + match[0].length];
        if (end === start || found.some((one) => start < one.end && one.start < end)) continue;
        const say = phrase.say?.replace(/\$([1-9])/g, (_, group: string) => match[Number(group)] ?? "") ?? null;
        found.push({ start, end, say, hint: phrase.hint ?? (say === "" ? "" : `“${say}”`), why: phrase.why });
      }
    }
    return found.sort((a, b) => a.start - b.start);
  }
}

/** `text` with the finding replaced by its positive version, beginning as large as what it replaces. */
export function rewritten(text: string, { start, end, say }: Finding): string {
  if (say === null) return text;
  const before = text.slice(0, start);
  const begins = before.trim() === "" || /[.!?:\n]\s*$/.test(before);
  const large = (words: string): string => (begins ? words.slice(0, 1).toUpperCase() + words.slice(1) : words);
  if (say === "") return before + large(text.slice(end).replace(/^[ ,]+/, ""));
  return before + large(say) + text.slice(end);
}
