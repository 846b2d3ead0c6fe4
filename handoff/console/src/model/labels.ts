import { signal } from "@preact/signals";
import type { LabelList, MarkedMessage } from "@client/protocol.gen";

export type MarkLabel = MarkedMessage["label"];

export interface LabelDoors {
  labels: (conversation: string) => Promise<LabelList>;
  known: () => Promise<readonly string[]>;
  tag: (conversation: string, tag: string, on: boolean) => Promise<LabelList>;
  mark: (conversation: string, pos: number, label: MarkLabel | null) => Promise<LabelList>;
}

/** Tags of the chosen conversation, and what people said that triage should have heard in it. */
export class Labels {
  readonly tags = signal<readonly string[]>([]);
  readonly marks = signal<ReadonlyMap<number, MarkLabel>>(new Map());
  /** Tags that are in use, the most used first. */
  readonly known = signal<readonly string[]>([]);
  readonly problem = signal<string | null>(null);
  private wanted: string | null = null;

  constructor(private readonly doors: LabelDoors) {}

  show(conversation: string | null): void {
    if (conversation !== this.wanted) this.take({ tags: [], marks: [] });
    this.wanted = conversation;
    this.problem.value = null;
    if (conversation !== null) void this.ask((id) => this.doors.labels(id), false);
  }

  async loadKnown(): Promise<void> {
    try {
      this.known.value = await this.doors.known();
    } catch {
      // Suggestions only: whoever types a tag can do without.
    }
  }

  async tag(text: string, on: boolean): Promise<void> {
    if (text.trim() === "") return;
    await this.ask((id) => this.doors.tag(id, text, on), true);
    void this.loadKnown();
  }

  async mark(pos: number, label: MarkLabel | null): Promise<void> {
    await this.ask((id) => this.doors.mark(id, pos, label), true);
  }

  private async ask(act: (conversation: string) => Promise<LabelList>, tells: boolean): Promise<void> {
    const conversation = this.wanted;
    if (conversation === null) return;
    try {
      const found = await act(conversation);
      if (conversation !== this.wanted) return;
      this.take(found);
      this.problem.value = null;
    } catch (error) {
      if (tells && conversation === this.wanted) this.problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  private take({ tags, marks }: LabelList): void {
    this.tags.value = tags;
    this.marks.value = new Map(marks.map(({ pos, label }) => [pos, label]));
  }
}
