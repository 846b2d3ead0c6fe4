import { describe, expect, it } from "vitest";
import type { Evidence } from "@client/protocol.gen";
import { marksOf, numbered, spans } from "../src/model/reasons";

const found = (reason: Evidence["reason"], start: number | null, end: number | null, text = "words"): Evidence => ({
  reason,
  text,
  start,
  end,
});

describe("evidence", () => {
  it("gives each reason one number, in reading order", () => {
    const reasons = numbered([found("repeat", 20, 25), found("emotion", 0, 5, "capitals"), found("emotion", 30, 34, "angry")]);
    expect(reasons.map(({ number, reason, texts }) => [number, reason, texts])).toEqual([
      [1, "emotion", ["capitals", "angry"]],
      [2, "repeat", ["words"]],
    ]);
  });

  it("is cut out of the message by characters, also behind an emoji", () => {
    const cut = spans("😡 still leaks", [found("repeat", 2, 7)]);
    expect(cut.map((span) => [span.text, span.number])).toEqual([
      ["😡 ", null],
      ["still", 1],
      [" leaks", null],
    ]);
  });

  it("never loses or doubles a character, whatever the offsets", () => {
    const text = "THIRD time I write 😡 it still leaks";
    for (let start = -2; start < 40; start += 3) {
      for (let end = -1; end < 45; end += 4) {
        const cut = spans(text, [found("emotion", start, end), found("repeat", 5, 12), found("other", null, null)]);
        expect(cut.map((span) => span.text).join("")).toBe(text);
      }
    }
  });
});

describe("marks", () => {
  it("are at most two, the graver first, with the one that names the ticket among them", () => {
    expect(marksOf({ reason: "human_request", also: ["legal", "emotion", "repeat"] })).toEqual(["emotion", "human_request"]);
    expect(marksOf({ reason: "repeat", also: ["repeat"] })).toEqual(["repeat"]);
  });
});
