/** What the tabs of one visitor tell each other. */
export type Word =
  | { kind: "kept"; key: string; text: string }
  | { kind: "gone"; key: string }
  | { kind: "draft"; text: string }
  | { kind: "seen"; conversation: string; seq: number }
  | { kind: "token" }
  | { kind: "left" };

/** The other tabs of this visitor in this browser. Where they cannot be reached each tab stands for itself. */
export class Tabs {
  #channel: BroadcastChannel | null;

  constructor(name: string, hear: (word: Word) => void) {
    this.#channel = open(name);
    if (this.#channel !== null) this.#channel.onmessage = (message) => isWord(message.data) && hear(message.data);
  }

  tell(word: Word): void {
    this.#channel?.postMessage(word);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}

function open(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

/** Another version of this chat may speak from a tab that was not reloaded for a week. */
function isWord(data: unknown): data is Word {
  const word = (data ?? {}) as Record<string, unknown>;
  switch (word["kind"]) {
    case "kept":
      return typeof word["key"] === "string" && typeof word["text"] === "string";
    case "gone":
      return typeof word["key"] === "string";
    case "draft":
      return typeof word["text"] === "string";
    case "seen":
      return typeof word["conversation"] === "string" && typeof word["seq"] === "number";
    default:
      return word["kind"] === "token" || word["kind"] === "left";
  }
}
