import { describe, expect, test } from "vitest";
import { accentFrom, contrastOf, type Scheme } from "../src/accent.ts";

const SURFACES: Record<Scheme, string[]> = { light: ["#ffffff"], dark: ["#14171c", "#1b1f26"] };

/** A grid through the whole colour cube, corners and greys included. */
function brands(): string[] {
  const steps = ["00", "33", "66", "99", "cc", "ff"];
  return steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
}

describe("the colours of a brand", () => {
  test.each(["light", "dark"] as const)("can be read whatever the brand gives (%s)", (scheme) => {
    for (const brand of brands()) {
      const accent = accentFrom(brand, scheme);
      expect(contrastOf(accent.on, accent.fill), `${brand}: text on the fill`).toBeGreaterThanOrEqual(4.5);
      for (const ground of [...SURFACES[scheme], accent.soft]) {
        expect(contrastOf(accent.text, ground), `${brand}: accent text on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test("puts ink on yellow and darkens its text", () => {
    const accent = accentFrom("#FFC400", "light");
    expect(accent.fill).toBe("#ffc400");
    expect(accent.on).toBe("#171a21");
    expect(contrastOf(accent.text, "#ffffff")).toBeGreaterThan(4.5);
  });

  test("keeps a brand that is readable as it is", () => {
    const accent = accentFrom("#0E5F70", "light");
    expect([accent.fill, accent.on, accent.text]).toEqual(["#0e5f70", "#ffffff", "#0e5f70"]);
  });

  test("keeps white on the fill at night", () => {
    for (const brand of ["#0E5F70", "#FFC400", "#D4281C", "#FFFFFF"]) {
      expect(accentFrom(brand, "dark").on).toBe("#ffffff");
    }
  });

  test("refuses what is not a colour", () => {
    expect(() => accentFrom("teal", "light")).toThrow(RangeError);
  });
});
