import { signal } from "@preact/signals";

export type Tone = "arrival" | "reply";

/** What makes a sound. `blocked`: the browser waits for a click or a key press first. */
export interface Bell {
  blocked: { readonly value: boolean };
  ring(tone: Tone): boolean;
  unblock(): Promise<void>;
}

/** Frequencies (Hz) with their start (s): two rising notes for somebody new, one soft note for a reply. */
const NOTES: Readonly<Record<Tone, readonly (readonly [number, number])[]>> = {
  arrival: [
    [660, 0],
    [880, 0.16],
  ],
  reply: [[740, 0]],
};
const NOTE_S = 0.28;
const LOUDNESS: Readonly<Record<Tone, number>> = { arrival: 0.22, reply: 0.09 };

/** Sounds made on the spot with Web Audio: nothing to download, works under a strict content policy. */
export class WebBell implements Bell {
  readonly blocked = signal(false);
  private context: AudioContext | null = null;

  /** Asks the browser for sound; notices when it refuses, and again at each click or key press. */
  start(): void {
    this.context = new AudioContext();
    const look = (): void => {
      this.blocked.value = this.context?.state === "suspended";
    };
    this.context.addEventListener("statechange", look);
    const gesture = (): void => void this.unblock();
    window.addEventListener("pointerdown", gesture, { capture: true });
    window.addEventListener("keydown", gesture, { capture: true });
    look();
  }

  async unblock(): Promise<void> {
    if (this.context?.state === "suspended") await this.context.resume();
  }

  /** True when it could be heard. */
  ring(tone: Tone): boolean {
    const context = this.context;
    if (context?.state !== "running") return false;
    for (const [frequency, after] of NOTES[tone]) {
      const at = context.currentTime + after;
      const note = context.createOscillator();
      const volume = context.createGain();
      note.type = "triangle";
      note.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(LOUDNESS[tone], at + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
      note.connect(volume).connect(context.destination);
      note.start(at);
      note.stop(at + NOTE_S);
    }
    return true;
  }
}

const AGAIN_MS = 8_000;

/** Rings for people who wait, and again until nobody does. */
export class Alarm {
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly bell: Bell) {}

  /** Somebody new waits. */
  arrived(): void {
    this.stop();
    this.keep();
  }

  /** Somebody waits: rings now, unless it has been ringing already, and again until `stop`. */
  keep(): void {
    if (this.timer !== null) return;
    this.bell.ring("arrival");
    this.timer = setInterval(() => this.bell.ring("arrival"), AGAIN_MS);
  }

  /** Nobody waits any more, or this agent is away or has no room. */
  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }
}
