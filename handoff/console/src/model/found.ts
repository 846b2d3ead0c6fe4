import { signal } from "@preact/signals";
import type { FoundPromise, FoundPromises } from "@client/protocol.gen";

const PAUSE_MS = 450;
const WORTH_ASKING = /\b(?:i|we|you|our|my)\b|\b(?:will|ll)\b/i;

/** The promises in what is being written, as the server reads them; asked for when the typing pauses. */
export class Found {
  readonly promises = signal<readonly FoundPromise[]>([]);
  private readonly waved = new Set<string>();
  private text = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly ask: (conversation: string, text: string) => Promise<FoundPromises>) {}

  typed(conversation: string, text: string): void {
    this.text = text;
    if (this.timer !== null) clearTimeout(this.timer);
    this.promises.value = this.promises.value.filter((one) => text.includes(one.what));
    if (text.trim().length < 8 || !WORTH_ASKING.test(text)) return;
    this.timer = setTimeout(() => void this.look(conversation, text), PAUSE_MS);
  }

  /** Kept on record, or no promise after all: these words are not offered again. */
  settled(promise: FoundPromise): void {
    this.waved.add(promise.what);
    this.promises.value = this.promises.value.filter((one) => one !== promise);
  }

  private async look(conversation: string, text: string): Promise<void> {
    const found = await this.ask(conversation, text).catch(() => null);
    if (found === null || text !== this.text) return;
    this.promises.value = found.promises.filter((one) => !this.waved.has(one.what));
  }
}
