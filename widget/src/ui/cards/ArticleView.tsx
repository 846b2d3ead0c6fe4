import type { ArticleCard } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import { Article } from "../icons.tsx";
import { Words } from "../Words.tsx";
import { Action } from "./Action.tsx";
import css from "./card.module.css";

/** An article that answers: its words, and where they come from. */
export const ArticleView = ({ card }: { card: ArticleCard }) => (
  <article class={css.card} aria-label={card.title}>
    <div class={css.body}>
      <div class={css.part}>
        <span class={css.caseTile}>
          <Article size={24} />
        </span>
        <div class={css.about}>
          <p>{t("article")}</p>
          <h2 class={css.headline}>{card.title}</h2>
        </div>
      </div>
      <div class={css.words}>
        <Words text={card.text} />
      </div>
      <Action link={card.action} />
    </div>
    {card.source !== null && (
      <div class={css.foot}>
        <span>{card.source}</span>
      </div>
    )}
  </article>
);
