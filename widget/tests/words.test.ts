import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { currentLocale, type Key, languages, learn, ordinal, ordinalWord, t, useLocale } from "../src/i18n.ts";
import { honest, honestly, isVisible, linkify, safeUrl, webUrl } from "../src/links.ts";
import { clock, moment, money } from "../src/times.ts";

beforeAll(async () => void (await Promise.all(languages.map((language) => learn(language)))));
beforeEach(() => useLocale("en-GB"));

describe("links", () => {
  test.each(["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "file:///etc", "/relative", ""])(
    "never follow %s",
    (address) => expect(safeUrl(address)).toBeNull(),
  );

  test.each(["https://a.example/x", "http://a.example/", "mailto:a@b.example", "tel:+491234"])("follow %s", (address) => {
    expect(safeUrl(address)).toBe(address);
  });

  test("on cards and pictures are of the web only", () => {
    expect(webUrl("https://a.example/x")).toBe("https://a.example/x");
    expect(webUrl("mailto:a@b.example")).toBeNull();
    expect(webUrl("javascript:alert(1)")).toBeNull();
    expect(webUrl(null)).toBeNull();
  });

  test("in a sentence end where the sentence goes on", () => {
    const text = "See https://a.example/x?y=1, or (https://a.example/w_(z)). Not javascript:alert(1)!";
    const pieces = linkify(text);
    expect(pieces.flatMap((piece) => (piece.href === null ? [] : [piece.text]))).toEqual([
      "https://a.example/x?y=1",
      "https://a.example/w_(z)",
    ]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  });

  test("leave text without addresses alone", () => {
    expect(linkify("<img src=x onerror=alert(1)>")).toEqual([{ text: "<img src=x onerror=alert(1)>", href: null }]);
    expect(linkify("")).toEqual([]);
  });
});

describe("text that would deceive", () => {
  test("reads in the direction of its letters, and a link as what it is", () => {
    expect(honest("invoice\u202egpj.exe")).toBe("invoicegpj.exe");
    expect(honest("مرحبا\u200f Fell 2")).toBe("مرحبا\u200f Fell 2");
    expect(linkify("https://shop.example/\u202e\u200bmoc")[0]?.text).toBe("https://shop.example/moc");
  });

  test("is put right wherever it stands in what the server says, but for what a button tells it back", () => {
    const said = { author: { name: "Maya\u202e" }, buttons: [{ title: "a\u202eb", payload: "/a\u202eb" }], lines: ["\u202dx"], seq: 1, card: null };
    expect(honestly(said)).toEqual({ author: { name: "Maya" }, buttons: [{ title: "ab", payload: "/a\u202eb" }], lines: ["x"], seq: 1, card: null });
  });

  test("is not sent when there is nothing to see in it", () => {
    expect(["\u200b\u200d", " \u2066\u2069\n", ""].map(isVisible)).toEqual([false, false, false]);
    expect(["a\u200b", "🏍️"].map(isVisible)).toEqual([true, true]);
  });
});

describe("times and amounts", () => {
  const now = new Date(2026, 10, 20, 8, 5);

  test("are as short as the day allows", () => {
    expect(clock(now)).toBe("08:05");
    expect(moment(new Date(2026, 10, 20, 18, 0), now)).toBe("18:00");
    expect(moment(new Date(2026, 10, 23, 9, 0), now)).toMatch(/^Mon 0?9:00$/);
    expect(moment(new Date(2027, 0, 4, 9, 0), now)).toMatch(/^Mon,? 4 Jan, 0?9:00$/);
  });

  test("show cents only where there are some", () => {
    expect(money(32900, "EUR")).toBe("€329");
    expect(money(32950, "EUR")).toBe("€329.50");
    expect(money(5000, "JPY")).toMatch(/5,000$/);
  });
});

describe("words", () => {
  test("are filled in and agree with the number", () => {
    expect(t("waitingToSend", { count: 1 })).toBe("Waiting to send");
    expect(t("waitingToSend", { count: 2 })).toBe("Waiting to send · 2 messages");
    expect(t("chatWith", { brand: "Larkmoor" })).toBe("Chat with Larkmoor");
  });

  test("put nothing of a value through the template again", () => {
    expect(t("chatWith", { brand: "{brand}" })).toBe("Chat with {brand}");
  });

  test("count places as people do", () => {
    expect([1, 2, 3, 4, 11, 12, 21, 102].map(ordinal)).toEqual(["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "102nd"]);
    expect([2, 12].map(ordinalWord)).toEqual(["second", "12th"]);
  });

  test.each(languages)("say the same in %s as in English: every string, with its values and its forms", async (language) => {
    const english: Record<Key, string> = await learn("en");
    const words: Record<Key, string> = await learn(language);
    expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort());
    const values = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    for (const key of Object.keys(english) as Key[]) {
      expect.soft(words[key].trim(), `${language} ${key}`).not.toBe("");
      expect.soft(values(words[key]), `${language} ${key}`).toEqual(values(english[key]));
      expect.soft(words[key].split("|").length, `${language} ${key}`).toBe(english[key].split("|").length);
    }
  });

  test("agree with the number as each language counts", () => {
    useLocale("fr");
    expect([0, 1, 2].map((count) => t("notes", { count }))).toEqual(["0 remarque", "1 remarque", "2 remarques"]);
    useLocale("es");
    expect([0, 1].map((count) => t("charactersLeft", { count }))).toEqual(["Quedan 0 caracteres", "Queda 1 carácter"]);
    useLocale("de-AT");
    expect(t("tooLong", { count: 1234 })).toMatch(/^1.234 Zeichen/);
  });

  test("count places in every language", () => {
    const second = languages.map((language) => (useLocale(language), ordinalWord(2)));
    expect(second).toEqual(["second", "2.º", "2e", "2.", "2º"]);
  });

  test("survive a page that asks for what is no language", () => {
    useLocale("en-üü!", "de-");
    expect(currentLocale()).toBe("en");
    expect(t("notes", { count: 2 })).toBe("2 notes");
  });

  test("are in the first wished language that there is", () => {
    useLocale("tlh", "en-US", "en-GB");
    expect(currentLocale()).toBe("en-US");
    useLocale("tlh");
    expect(currentLocale()).toBe("en");
  });
});
