/** The colours that follow from a brand's one hex; `#rrggbb`. */
export interface Accent {
  /** Own bubbles, the primary button, the launcher. */
  fill: string;
  /** Text on `fill`. */
  on: string;
  /** Accent-coloured text on the surface and on `soft`. */
  text: string;
  /** Ground of the bot mark, the pill, messages that wait. */
  soft: string;
  /** Edge of `soft`. */
  line: string;
}

export type Scheme = "light" | "dark";

type Rgb = readonly [number, number, number];

const INK = "#171a21";
const WHITE = "#ffffff";
const SURFACE: Record<Scheme, string> = { light: WHITE, dark: "#1b1f26" };
/** WCAG 2.2 AA for text. */
const READABLE = 4.5;

/** Every colour of the brand in one scheme. Text on each is at least 4.5:1, whatever the brand gave. */
export function accentFrom(brand: string, scheme: Scheme): Accent {
  const base = parse(brand);
  const soft = scheme === "light" ? tint(base, 0.94) : mix(darkened(base), [13, 15, 19], 0.72);
  const line = scheme === "light" ? tint(base, 0.8) : mix(darkened(base), [13, 15, 19], 0.3);
  const grounds = [parse(SURFACE[scheme]), soft];
  return {
    ...fillFrom(brand, scheme),
    text: hex(readableOn(grounds, base, scheme)),
    soft: hex(soft),
    line: hex(line),
  };
}

/** The fill and the text on it; all that the launcher needs. */
export function fillFrom(brand: string, scheme: Scheme): Pick<Accent, "fill" | "on"> {
  const base = parse(brand);
  const fill = scheme === "light" ? settleForLight(base) : settleForDark(base);
  return { fill: hex(fill), on: contrast(fill, parse(WHITE)) >= READABLE ? WHITE : INK };
}

/** Contrast ratio of two `#rrggbb` colours after WCAG 2.2, 1 to 21. */
export function contrastOf(one: string, other: string): number {
  return contrast(parse(one), parse(other));
}

/** The brand as it is, but for the few middle tones on which neither white nor ink can be read: those go darker. */
function settleForLight(base: Rgb): Rgb {
  if (contrast(base, parse(INK)) >= READABLE) return base;
  const [h, s, start] = toHsl(base);
  let colour = base;
  for (let l = start; contrast(colour, parse(WHITE)) < READABLE; l -= 0.005) colour = fromHsl([h, s, l]);
  return colour;
}

/** At night a bright fill shouts: it comes to a middle lightness that white can sit on, and no deeper than the eye finds. */
function settleForDark(base: Rgb): Rgb {
  let [h, s, l] = toHsl(base);
  s = Math.min(s, 0.75);
  l = Math.max(l, 0.31);
  while (contrast(fromHsl([h, s, l]), [255, 255, 255]) < 4.9 && l > 0) l -= 0.005;
  return fromHsl([h, s, l]);
}

function tint(base: Rgb, lightness: number): Rgb {
  const [h, s] = toHsl(base);
  return fromHsl([h, s * 0.6, lightness]);
}

function darkened(base: Rgb): Rgb {
  const [h, s] = toHsl(base);
  return fromHsl([h, Math.min(s, 0.7), 0.27]);
}

/** The brand's hue, moved away from the grounds step by step until it can be read on all of them. */
function readableOn(grounds: readonly Rgb[], base: Rgb, scheme: Scheme): Rgb {
  const [h, s, start] = toHsl(base);
  const step = scheme === "light" ? -0.005 : 0.005;
  let l = scheme === "light" ? start : Math.max(start, 0.55);
  const saturation = scheme === "light" ? s : Math.min(s, 0.66);
  const least = scheme === "light" ? READABLE + 0.2 : 8;
  while (l > 0 && l < 1) {
    const colour = fromHsl([h, saturation, l]);
    if (grounds.every((ground) => contrast(colour, ground) >= least)) return colour;
    l += step;
  }
  return parse(scheme === "light" ? INK : WHITE);
}

function parse(text: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (match === null) throw new RangeError(`A colour is written #rrggbb, not ${text}.`);
  return [parseInt(match[1] ?? "", 16), parseInt(match[2] ?? "", 16), parseInt(match[3] ?? "", 16)];
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2): number => Math.round(one[i] * (1 - share) + other[i] * share);
  return [part(0), part(1), part(2)];
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const c = Math.round(part) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Hue 0-360, saturation and lightness 0-1. */
function toHsl([r, g, b]: Rgb): [number, number, number] {
  const [x, y, z] = [r / 255, g / 255, b / 255];
  const [top, low] = [Math.max(x, y, z), Math.min(x, y, z)];
  const [l, spread] = [(top + low) / 2, top - low];
  if (spread === 0) return [0, 0, l];
  const s = spread / (1 - Math.abs(2 * l - 1));
  const h = top === x ? ((y - z) / spread) % 6 : top === y ? (z - x) / spread + 2 : (x - y) / spread + 4;
  return [(h * 60 + 360) % 360, s, l];
}

function fromHsl([h, s, l]: readonly [number, number, number]): Rgb {
  const part = (n: number): number => {
    const k = (n + h / 30) % 12;
    return Math.round(255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}
