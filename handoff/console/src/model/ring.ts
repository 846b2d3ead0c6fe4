import { signal } from "@preact/signals";

export type Tone = "arrival" | "reply";

/** What makes a sound. `blocked`: the browser waits for a click or a key press first. */
export interface Bell {
  blocked: { readonly value: boolean };
  /** Once; true when it could be heard. */
  ring(tone: Tone): boolean;
  /** Again and again, as long as anybody wants it; who wants it anew is heard at once. */
  call(who: object, on: boolean): void;
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
const ATTACK_S = 0.015;
const LOUDNESS: Readonly<Record<Tone, number>> = { arrival: 0.22, reply: 0.09 };
export const AGAIN_S = 8;

/**
 * The samples of a tone: triangles that swell and fade. `seconds` is the whole length, silence at the end included.
 */
export function samples(tone: Tone, rate: number, seconds: number): Float32Array<ArrayBuffer> {
  const sound = new Float32Array(Math.round(seconds * rate));
  for (const [frequency, after] of NOTES[tone]) {
    const first = Math.round(after * rate);
    for (let at = 0; at < NOTE_S * rate && first + at < sound.length; at += 1) {
      const time = at / rate;
      const swell = time < ATTACK_S ? time / ATTACK_S : Math.pow(0.0001 / LOUDNESS[tone], (time - ATTACK_S) / (NOTE_S - ATTACK_S));
      const wave = 2 * Math.abs(2 * ((time * frequency) % 1) - 1) - 1;
      sound[first + at] = (sound[first + at] ?? 0) + wave * swell * LOUDNESS[tone];
    }
  }
  return sound;
}

/**
 * Sounds made on the spot with Web Audio: nothing to download, works under a strict content policy. The call is one
 * looped piece of sound and silence, played by the browser's audio thread: timers of a tab in the background are held
 * back, for a minute or for ever, and a ring that hangs on one would fall silent there.
 */
export class WebBell implements Bell {
  readonly blocked = signal(false);
  private context: AudioContext | null = null;
  private playing: AudioBufferSourceNode | null = null;
  private readonly callers = new Set<object>();

  /** Asks the browser for sound; notices when it refuses, and again at each click or key press. */
  start(): void {
    this.context = new AudioContext();
    const look = (): void => {
      this.blocked.value = this.context?.state !== "running";
      this.play();
    };
    this.context.addEventListener("statechange", look);
    const gesture = (): void => void this.unblock();
    window.addEventListener("pointerdown", gesture, { capture: true });
    window.addEventListener("keydown", gesture, { capture: true });
    look();
  }

  async unblock(): Promise<void> {
    if (this.context !== null && this.context.state !== "running" && this.context.state !== "closed") await this.context.resume();
  }

  ring(tone: Tone): boolean {
    return this.sound(tone, 1) !== null;
  }

  call(who: object, on: boolean): void {
    const anew = on && !this.callers.has(who);
    if (on) this.callers.add(who);
    else this.callers.delete(who);
    if (anew || this.callers.size === 0) this.silence();
    this.play();
  }

  private play(): void {
    if (this.callers.size === 0 || this.playing !== null) return;
    this.playing = this.sound("arrival", AGAIN_S, true);
  }

  private silence(): void {
    this.playing?.stop();
    this.playing = null;
  }

  private sound(tone: Tone, seconds: number, loop = false): AudioBufferSourceNode | null {
    const context = this.context;
    if (context?.state !== "running") return null;
    const buffer = context.createBuffer(1, Math.round(seconds * context.sampleRate), context.sampleRate);
    buffer.copyToChannel(samples(tone, context.sampleRate, seconds), 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = loop;
    source.connect(context.destination);
    source.start();
    return source;
  }
}

/** Rings for people who wait, until nobody does. */
export class Alarm {
  constructor(private readonly bell: Bell) {}

  /** Somebody new waits. */
  arrived(): void {
    this.stop();
    this.keep();
  }

  /** Somebody waits: rings until `stop`. */
  keep(): void {
    this.bell.call(this, true);
  }

  /** Nobody waits any more, or this agent is away or has no room. */
  stop(): void {
    this.bell.call(this, false);
  }
}
