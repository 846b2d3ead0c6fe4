import type { CaseCard } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import { Clipboard, Clock } from "../icons.tsx";
import css from "./card.module.css";

/** A return, warranty or damage case that was opened: its number, what happens, and by when. */
export const CaseView = ({ card }: { card: CaseCard }) => (
  <article class={css.card} aria-label={t("case", { number: card.number })}>
    <div class={css.body}>
      <div class={css.part}>
        <span class={css.caseTile}>
          <Clipboard size={24} />
        </span>
        <div class={css.about}>
          <p>{t("case", { number: card.number })}</p>
          <h2 class={css.headline}>{card.title}</h2>
        </div>
      </div>
      {card.lines.length > 0 && (
        <ul class={css.lines}>
          {card.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {card.due !== null && (
        <p class={css.due}>
          <Clock size={16} />
          <span>{card.due}</span>
        </p>
      )}
    </div>
  </article>
);
