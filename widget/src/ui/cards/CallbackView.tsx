import { useState } from "preact/hooks";
import type { CallbackCard, CallbackTimes } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import { Phone } from "../icons.tsx";
import { lazily } from "../lazy.tsx";
import { spanWords } from "../waiting/spans.ts";
import css from "./card.module.css";

const CallPicker = lazily(async () => (await import("../waiting/CallPicker.tsx")).CallPicker);

/** Times at which a person can call, of which one can be booked; or the one that is. */
export const CallbackView = ({ card, chat, isOver }: { card: CallbackCard; chat: Chat; isOver: boolean }) => {
  const [times, setTimes] = useState(card.times);
  const load = (): void => {
    chat
      .own("GET", "/callbacks")
      .then(async (answer) => setTimes(((await answer.json()) as CallbackTimes).times))
      .catch(() => undefined);
  };
  // Cards from before calls could be booked lie in the log without it.
  const booked = card.booked ?? null;
  const headline = booked === null ? card.headline : t("callBooked");
  return (
    <article class={css.card} aria-label={headline}>
      <div class={css.body}>
        <div class={css.part}>
          <span class={css.caseTile}>
            <Phone size={24} />
          </span>
          <div class={css.about}>
            <h2 class={css.headline}>{headline}</h2>
            {booked !== null && (
              <p>
                {spanWords(booked)}, {t("callOn", { phone: card.phone ?? "" })}
              </p>
            )}
            {booked === null && card.sub !== null && <p>{card.sub}</p>}
          </div>
        </div>
        {booked === null && !isOver && <CallPicker chat={chat} times={times} phone={card.phone ?? ""} onTaken={load} />}
      </div>
    </article>
  );
};
