import type { Author } from "../client/protocol.gen.ts";
import css from "./avatar.module.css";
import { Spark } from "./icons.tsx";

const FACES = 4;

/** "MK" of "Maya Keller". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined];
  return letters.map((word) => (word === undefined ? "" : ([...word][0] ?? ""))).join("").toUpperCase();
}

/** A person's round face; the same first name always has the same colours, whether or not the family name is known. */
export const Face = ({ name, size }: { name: string; size: "small" | "medium" | "large" }) => {
  const hash = [...(name.trim().split(/\s+/)[0] ?? "")].reduce((sum, letter) => (sum * 9 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return (
    <span class={`${css.face} ${css[size]}`} data-face={(hash % FACES) + 1} aria-hidden="true">
      {initials(name)}
    </span>
  );
};

/** People are round, the bot is a rounded square: nobody takes one for the other. */
export const Avatar = ({ author }: { author: Author }) =>
  author.kind === "agent" ? (
    <Face name={author.name ?? "?"} size="small" />
  ) : (
    <span class={css.bot} aria-hidden="true">
      <Spark size={14} />
    </span>
  );
