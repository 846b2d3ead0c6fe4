import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Pixels of one row; every row of a list is as high. */
export const ROW = 87;
const SPARE = 6;
const FEW = 40;

/** A long list of which only what is in sight is drawn. The nearest ancestor that scrolls is watched. */
export const Windowed = ({
  keys,
  chosen,
  class: className,
  children,
}: {
  keys: readonly string[];
  /** The row that is kept drawn and in sight. */
  chosen: string | null;
  class?: string | undefined;
  children: (index: number) => ComponentChildren;
}) => {
  const list = useRef<HTMLOListElement>(null);
  const [shown, show] = useState({ first: 0, last: FEW });
  const few = keys.length <= FEW;
  const at = chosen === null ? -1 : keys.indexOf(chosen);

  useLayoutEffect(() => {
    const scroll = list.current === null ? null : scroller(list.current);
    if (few || scroll === null) return;
    const look = (): void => {
      if (list.current === null) return;
      const above = scroll.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(above / ROW) - SPARE);
      const last = Math.ceil((above + scroll.clientHeight) / ROW) + SPARE;
      show((was) => (was.first === first && was.last === last ? was : { first, last }));
    };
    look();
    scroll.addEventListener("scroll", look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(scroll);
    return () => {
      scroll.removeEventListener("scroll", look);
      watch.disconnect();
    };
  }, [few, keys.length]);

  useLayoutEffect(() => {
    const scroll = list.current === null ? null : scroller(list.current);
    if (few || at < 0 || scroll === null || list.current === null) return;
    const top = list.current.getBoundingClientRect().top - scroll.getBoundingClientRect().top + at * ROW;
    if (top < 0) scroll.scrollTop += top;
    else if (top + ROW > scroll.clientHeight) scroll.scrollTop += top + ROW - scroll.clientHeight;
  }, [few, at]);

  const first = few ? 0 : Math.min(shown.first, keys.length);
  const last = few ? keys.length : Math.min(keys.length, shown.last);
  return (
    <ol ref={list} class={className} data-rows={keys.join(" ")}>
      {first > 0 && <li role="presentation" style={{ height: `${first * ROW}px` }} />}
      {keys.slice(first, last).map((_, index) => children(first + index))}
      {last < keys.length && <li role="presentation" style={{ height: `${(keys.length - last) * ROW}px` }} />}
    </ol>
  );
};

function scroller(of: HTMLElement): HTMLElement | null {
  for (let box = of.parentElement; box !== null; box = box.parentElement) {
    if (getComputedStyle(box).overflowY === "auto") return box;
  }
  return null;
}
