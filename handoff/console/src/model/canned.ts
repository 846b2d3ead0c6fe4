import { signal } from "@preact/signals";
import type { CannedAnswer, CannedAnswerList } from "@client/protocol.gen";

/** What an answer may name in braces; what is not known stays as it is, for the agent to fill in. */
export interface Blanks {
  name: string | null;
  me: string;
  bike: string | null;
  order: string | null;
}

export class Canned {
  readonly answers = signal<readonly CannedAnswer[]>([]);

  constructor(private readonly fetch: () => Promise<CannedAnswerList>) {}

  async load(): Promise<void> {
    const list = await this.fetch().catch(() => null);
    if (list !== null) this.answers.value = list.answers;
  }

  /** Those whose title or text has all the words, those that begin with them first. */
  matching(words: string): readonly CannedAnswer[] {
    const asked = words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.answers.value.filter((one) => {
      const text = `${one.title} ${one.text}`.toLowerCase();
      return asked.every((word) => text.includes(word));
    });
    const begins = (one: CannedAnswer): number => (one.title.toLowerCase().startsWith(asked[0] ?? "") ? 0 : 1);
    return found.sort((a, b) => begins(a) - begins(b) || a.title.localeCompare(b.title));
  }
}

export function filled(text: string, blanks: Blanks): string {
  return text.replace(/\{(name|me|bike|order)\}/g, (whole, blank: keyof Blanks) => blanks[blank] ?? whole);
}

/** The first blank that is still to be filled in. */
export const blankIn = (text: string): string | null => /\{(?:name|me|bike|order)\}/.exec(text)?.[0] ?? null;
