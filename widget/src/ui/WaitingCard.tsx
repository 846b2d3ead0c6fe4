import { useEffect, useState } from "preact/hooks";
import type { VisitorState } from "../client/protocol.gen.ts";
import { ordinalWord, t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { moment } from "../times.ts";
import { Check, Clock } from "./icons.tsx";
import css from "./waiting.module.css";

/** Milliseconds. */
const UPDATED_EVERY = 20_000;

/** Where the visitor stands, by when a person answers, and what to do meanwhile. */
export const WaitingCard = ({ chat }: { chat: Chat }) => {
  const { place, answer_by, staffed } = useSlow(chat.state.value);
  const words = place === null ? t("placeKept") : place === 1 ? t("placeNext") : t("placeNth", { place: ordinalWord(place) });
  const by = whenLine(answer_by, staffed);
  return (
    <section class={css.card} aria-label={t("personAsked")}>
      <div class={css.top}>
        <span class={css.tile} aria-hidden="true">
          {place ?? <Clock size={24} />}
        </span>
        <div role="status">
          <h2 class={css.place}>{words}</h2>
          <p class={css.by}>{by}</p>
        </div>
      </div>
      <p class={css.along}>
        <Check size={16} />
        {t("goesAlong")}
      </p>
      <p class={css.foot}>{t("keepWriting")}</p>
    </section>
  );
};

function whenLine(answerBy: string | null, staffed: boolean): string {
  const now = new Date();
  const by = answerBy === null ? null : new Date(answerBy);
  if (by === null || by < now) return t("answerSoon");
  return t(staffed ? "answerBy" : "answerWhenBack", { when: moment(by, now) });
}

/** `state`, but changing at most every 20 s: it is read out each time. */
function useSlow(state: VisitorState): VisitorState {
  const [shown, setShown] = useState({ state, at: Date.now() });
  useEffect(() => {
    if (shown.state === state) return;
    const wait = Math.max(0, shown.at + UPDATED_EVERY - Date.now());
    const timer = setTimeout(() => setShown({ state, at: Date.now() }), wait);
    return () => clearTimeout(timer);
  }, [state, shown]);
  return shown.state;
}
