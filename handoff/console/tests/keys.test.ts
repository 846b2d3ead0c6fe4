import { describe, expect, it } from "vitest";
import { commandOf, isSend, neighbour, type KeyPress } from "../src/model/keys";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  editing: false,
  inDialog: false,
  ...more,
});

describe("keys", () => {
  it.each([
    ["j", "next"],
    ["k", "previous"],
    ["c", "claim"],
    ["r", "reply"],
    ["n", "note"],
    ["e", "resolve"],
    ["?", "help"],
  ])("%s means %s", (key, command) => {
    expect(commandOf(press(key), true)).toBe(command);
  });

  it("are letters in a text field, in a dialog, with Ctrl, and when switched off", () => {
    expect(commandOf(press("e", { editing: true }), true)).toBeNull();
    expect(commandOf(press("e", { inDialog: true }), true)).toBeNull();
    expect(commandOf(press("c", { ctrlKey: true }), true)).toBeNull();
    expect(commandOf(press("e"), false)).toBeNull();
  });

  it("send with Ctrl or Cmd and Enter, and write a new line with Enter alone", () => {
    expect(isSend(press("Enter", { ctrlKey: true }))).toBe(true);
    expect(isSend(press("Enter", { metaKey: true }))).toBe(true);
    expect(isSend(press("Enter"))).toBe(false);
  });

  it("move through the list and stop at its ends", () => {
    expect(neighbour(["a", "b", "c"], null, 1)).toBe("a");
    expect(neighbour(["a", "b", "c"], "a", 1)).toBe("b");
    expect(neighbour(["a", "b", "c"], "c", 1)).toBe("c");
    expect(neighbour(["a", "b", "c"], "a", -1)).toBe("a");
    expect(neighbour([], null, 1)).toBeNull();
  });
});
