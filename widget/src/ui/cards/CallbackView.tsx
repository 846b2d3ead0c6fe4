import { useId, useState } from "preact/hooks";
import type { CallbackCard } from "../../client/protocol.gen.ts";
import { currentLocale, t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import { keepingFocus } from "../focus.ts";
import { Phone } from "../icons.tsx";
import css from "./card.module.css";
import { faultOf } from "./faults.ts";

/** Times at which a person can call; picking one says so in words, with the number. */
export const CallbackView = ({ card, chat, isOver }: { card: CallbackCard; chat: Chat; isOver: boolean }) => {
  const id = useId();
  const [phone, setPhone] = useState(card.phone ?? "");
  const [fault, setFault] = useState<ReturnType<typeof faultOf>>(null);
  const pick = (span: CallbackCard["times"][number]): void => {
    const wrong = faultOf({ kind: "phone", required: true }, phone);
    setFault(wrong);
    if (wrong === null) chat.say(t("callMeOn", { when: spanWords(span), phone: phone.trim() }));
    else document.getElementById(id)?.focus();
  };
  return (
    <article class={css.card} aria-label={card.headline}>
      <div class={css.body}>
        <div class={css.part}>
          <span class={css.caseTile}>
            <Phone size={24} />
          </span>
          <div class={css.about}>
            <h2 class={css.headline}>{card.headline}</h2>
            {card.sub !== null && <p>{card.sub}</p>}
          </div>
        </div>
        {!isOver && (
          <>
            <div class={css.fieldBox}>
              <label for={id}>{t("callPhone")}</label>
              <input
                id={id}
                class={css.input}
                type="tel"
                autocomplete="tel"
                value={phone}
                aria-invalid={fault !== null}
                aria-describedby={fault === null ? undefined : `${id}-fault`}
                onInput={(input) => setPhone(input.currentTarget.value)}
              />
              {fault !== null && (
                <p class={css.fault} id={`${id}-fault`} role="alert">
                  {t(fault)}
                </p>
              )}
            </div>
            <ul class={css.times} aria-label={t("callTimes")}>
              {card.times.map((span) => (
                <li key={span.start}>
                  <button type="button" class={css.time} onClick={keepingFocus(() => pick(span))}>
                    {spanWords(span)}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </article>
  );
};

/** "Tue 24 Nov, 10:00 – 10:30", as the language writes a span. */
function spanWords({ start, end }: { start: string; end: string }): string {
  return new Intl.DateTimeFormat(currentLocale(), {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatRange(new Date(start), new Date(end));
}
