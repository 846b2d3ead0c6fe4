import type { FunctionComponent } from "preact";
import type { PromiseCard } from "../../client/protocol.gen.ts";
import { currentLocale, type Key, t } from "../../i18n.ts";
import { clock, moment } from "../../times.ts";
import { Alert, Again, Check, Clock } from "../icons.tsx";
import css from "./card.module.css";

const STATES: Record<PromiseCard["state"], { words: Key; tone: string; Icon: FunctionComponent<{ size?: number }> }> = {
  on_track: { words: "promiseOnTrack", tone: "calm", Icon: Check },
  due_soon: { words: "promiseDueSoon", tone: "risk", Icon: Clock },
  agreed_anew: { words: "promiseAgreedAnew", tone: "wait", Icon: Again },
  late: { words: "promiseLate", tone: "upset", Icon: Alert },
  kept: { words: "promiseKept", tone: "calm", Icon: Check },
};

/** What was promised, by whom and by when, with the day as a leaf of the calendar. */
export const PromiseView = ({ card }: { card: PromiseCard }) => {
  const due = new Date(card.due);
  const { words, tone, Icon } = STATES[card.state];
  return (
    <article class={`${css.card} ${css.promise}`} aria-label={t("promiseOf", { who: card.by })}>
      <div class={css.leaf} data-kept={card.state === "kept"} aria-hidden="true">
        <span>{due.toLocaleDateString(currentLocale(), { weekday: "short" })}</span>
        <b>{due.toLocaleDateString(currentLocale(), { day: "numeric" })}</b>
        <span>{due.toLocaleDateString(currentLocale(), { month: "short" })}</span>
      </div>
      <div class={css.promised}>
        <div class={css.over}>
          <span>{t("promiseOf", { who: card.by })}</span>
          <span class={css.mark} data-tone={tone}>
            <Icon size={14} />
            {t(words)}
          </span>
        </div>
        <h2 class={css.what}>{card.what}</h2>
        <p class={css.sub}>
          <span class={css.spoken}>{due.toLocaleDateString(currentLocale(), { dateStyle: "full" })}, </span>
          {t("promiseBy", { when: clock(due) })}
          {card.then !== null && `. ${card.then}`}
        </p>
        {card.was_due !== null && (
          <p class={css.sub}>
            <s>{t("promiseWas", { when: moment(new Date(card.was_due), new Date()) })}</s>
          </p>
        )}
      </div>
    </article>
  );
};
