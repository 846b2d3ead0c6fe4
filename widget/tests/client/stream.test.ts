import { describe, expect, test } from "vitest";
import { Stream } from "../../src/client/stream.ts";

function stream(): { log: Stream<number>; asked: number[] } {
  const asked: number[] = [];
  return { log: new Stream<number>({ position: (item) => item, sync: (after) => asked.push(after) }), asked };
}

describe("a stream", () => {
  test("ignores what it has", () => {
    const { log } = stream();
    expect([1, 2, 2, 1, 3].map((n) => log.accept(n))).toEqual(["new", "new", "known", "known", "new"]);
    expect(log.items).toEqual([1, 2, 3]);
  });

  test("shows no hole, and asks once for what is missing", () => {
    const { log, asked } = stream();
    log.accept(1);
    expect([3, 4, 5].map((n) => log.accept(n))).toEqual(["gap", "gap", "gap"]);
    expect(log.items).toEqual([1]);
    expect(asked).toEqual([1]);
    for (const n of [2, 3, 4, 5]) log.accept(n);
    expect(log.items).toEqual([1, 2, 3, 4, 5]);
  });

  test("asks again when the server has more than arrived", () => {
    const { log, asked } = stream();
    log.accept(1);
    log.synced(1);
    expect(asked).toEqual([]);
    log.synced(3);
    log.synced(3);
    expect(asked).toEqual([1]);
    log.reconnected();
    log.synced(3);
    expect(asked).toEqual([1, 1]);
  });

  test("discards its copy on reset and starts anywhere", () => {
    const { log, asked } = stream();
    log.accept(1);
    log.reset();
    expect(log.items).toEqual([]);
    expect([951, 952].map((n) => log.accept(n))).toEqual(["new", "new"]);
    expect(log.first).toBe(951);
    expect(asked).toEqual([]);
    expect(log.accept(954)).toBe("gap");
  });

  test("puts older pages in front, each item once", () => {
    const { log } = stream();
    log.reset();
    log.accept(51);
    log.prepend([49, 50, 51]);
    log.prepend([47, 48, 49]);
    expect(log.items).toEqual([47, 48, 49, 50, 51]);
    expect(log.last).toBe(51);
  });
});
