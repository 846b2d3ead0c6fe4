import { type Signal, signal } from "@preact/signals";
import { t } from "../i18n.ts";
import type { Chat } from "../model.ts";

/** Photos that go with one message, as the server has it. */
export const MOST = 6;

/** Takes files that were chosen, pasted or dropped into the tray of a chat. */
export class Choosing {
  /** What could be better with what was chosen last; "" for nothing. */
  readonly fault: Signal<string> = signal("");
  /** How many are being made ready. */
  readonly busy: Signal<number> = signal(0);
  readonly #chat: Chat;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** Whether photos are welcome here now. */
  get isOpen(): boolean {
    return (this.#chat.site.value?.uploads ?? false) && !this.#chat.mustConsent.value;
  }

  async take(files: readonly File[]): Promise<void> {
    if (!this.isOpen || files.length === 0) return;
    this.fault.value = "";
    const room = MOST - this.#chat.tray.value.length - this.busy.value;
    if (files.length > room) this.fault.value = t("photoMost", { count: MOST });
    const taken = files.slice(0, Math.max(0, room));
    this.busy.value += taken.length;
    for (const file of taken) {
      try {
        const { prepare } = await import("./prepare.ts");
        const shot = await prepare(file);
        this.#chat.tray.value = [...this.#chat.tray.value, shot];
      } catch (error) {
        const isBig = (error as { kind?: unknown }).kind === "big";
        this.fault.value = t(isBig ? "photoBig" : "photoKind", { name: file.name });
      } finally {
        this.busy.value -= 1;
      }
    }
  }

  /** What the visitor wrote beside a photo that lies in the tray. */
  describe(key: string, alt: string): void {
    this.#chat.tray.value = this.#chat.tray.value.map((shot) => (shot.key === key ? { ...shot, alt } : shot));
  }

  remove(key: string): void {
    this.fault.value = "";
    this.#chat.tray.value = this.#chat.tray.value.filter((shot) => shot.key !== key);
  }
}

/** The photos among what is pasted or dropped. */
export function filesOf(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}
