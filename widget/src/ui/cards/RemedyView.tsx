import type { RemedyCard } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import { money } from "../../times.ts";
import { Check, Gift } from "../icons.tsx";
import css from "./card.module.css";

/** What makes up for a mistake: what it is, what it comes to, and whether it is done. */
export const RemedyView = ({ card }: { card: RemedyCard }) => (
  <article class={css.card} aria-label={card.headline}>
    <div class={css.body}>
      <div>
        <div class={css.over}>
          <span class={css.mark} data-tone="calm">
            {card.state === "done" ? <Check size={14} /> : <Gift size={14} />}
            {t(card.state === "done" ? "remedyDone" : "remedyOffered")}
          </span>
          {card.amount !== null && <b class={css.amount}>{money(card.amount.amount, card.amount.currency)}</b>}
        </div>
        <h2 class={css.headline}>{card.headline}</h2>
      </div>
      {card.lines.length > 0 && (
        <ul class={css.lines}>
          {card.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  </article>
);
