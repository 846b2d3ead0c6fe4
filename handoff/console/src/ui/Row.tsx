import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Desk } from "../model/desk";
import type { Reason } from "../model/reasons";
import { Avatar, ReasonMark } from "./Bits";
import css from "./Lists.module.css";

interface RowProps {
  desk: Desk;
  id: string;
  name: string | null;
  about: string | null;
  corner: ComponentChildren;
  marks: readonly Reason[];
  badge?: ComponentChildren;
  side?: ComponentChildren;
  text: string;
  typing?: boolean;
  taken?: boolean;
}

/** One conversation in a list: who, about what, why, and their own words. */
export const Row = ({ desk, id, name, about, corner, marks, badge, side, text, typing = false, taken = false }: RowProps) => {
  const chosen = desk.chosen.value === id;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <li ref={row} class={`${css.row} ${chosen ? css.chosen : ""} ${taken ? css.taken : ""}`} data-conversation={id}>
      <Avatar name={name} />
      <div class={css.body}>
        <div class={css.top}>
          <button
            type="button"
            class={css.name}
            aria-current={chosen ? "true" : undefined}
            data-row={id}
            onClick={() => desk.choose(id)}
          >
            {name ?? t.visitor}
          </button>
          <span class={css.about}>{about}</span>
          {corner}
        </div>
        <div class={css.middle}>
          {marks.map((reason) => (
            <ReasonMark key={reason} reason={reason} />
          ))}
          {badge}
          {side !== undefined && side !== false && <span class={css.side}>{side}</span>}
        </div>
        <p class={`${css.words} ${typing ? css.typing : ""}`}>{text}</p>
      </div>
    </li>
  );
};
