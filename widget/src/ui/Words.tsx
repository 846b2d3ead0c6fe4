import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { honest, linkify } from "../links.ts";
import css from "./words.module.css";

/** A message's text, as text: line breaks stay, safe links can be followed, nothing else means anything. `lang`: where it is not the panel's. */
export const Words = ({ text, lang = null }: { text: string; lang?: string | null }) => {
  const box = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  const [isWhole, setWhole] = useState(false);
  useLayoutEffect(() => {
    const shown = box.current;
    if (shown !== null && !isWhole) setLong(shown.scrollHeight > shown.clientHeight + 2);
  }, [text, isWhole]);
  return (
    <>
      <div ref={box} class={css.words} dir="auto" lang={lang ?? undefined} data-whole={isWhole}>
        {linkify(honest(text)).map((piece) =>
          piece.href === null ? (
            piece.text
          ) : (
            <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
              {piece.text}
            </a>
          ),
        )}
      </div>
      {isLong && (
        <button type="button" class={css.more} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {t(isWhole ? "showLess" : "showAll")}
        </button>
      )}
    </>
  );
};
