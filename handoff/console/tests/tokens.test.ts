import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../src/tokens.css", import.meta.url), "utf8");

type Scheme = "light" | "dark";

function colour(name: string, scheme: Scheme): string {
  const value = new RegExp(`--ks-${name}: (.+);`).exec(css)?.[1] ?? "";
  const both = /light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/.exec(value);
  const found = both === null ? /#[0-9a-f]{6}/.exec(value)?.[0] : both[scheme === "light" ? 1 : 2];
  if (found === undefined) throw new Error(`--ks-${name} is not a colour`);
  return found;
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["bg", "surface", "raised", "sunken", "hover", "bubble"];
const TEXT: [string, string][] = [
  ...["text", "text-2", "text-3"].flatMap((text) => [...GROUNDS, "accent-soft"].map((on): [string, string] => [text, on])),
  ["on-accent", "accent"],
  ["accent-text", "surface"],
  ["accent-text", "accent-soft"],
  ...["calm", "wait", "upset"].map((signal): [string, string] => [`${signal}-text`, `${signal}-soft`]),
  ...["wait", "upset"].map((signal): [string, string] => [`${signal}-text`, "bubble"]),
  ["on-badge", "badge"],
  ...Array.from({ length: 7 }, (_, tint): [string, string] => [`tint-${tint}-text`, `tint-${tint}`]),
];

describe.each<Scheme>(["light", "dark"])("in the %s scheme", (scheme) => {
  it.each(TEXT)("%s can be read on %s", (text, ground) => {
    expect(contrast(colour(text, scheme), colour(ground, scheme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["ctl", "calm-fill", "wait-fill", "upset-fill"])("%s can be made out on a pane", (edge) => {
    expect(contrast(colour(edge, scheme), colour("surface", scheme))).toBeGreaterThanOrEqual(3);
  });
});
