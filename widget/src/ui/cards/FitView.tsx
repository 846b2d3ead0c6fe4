import { useState } from "preact/hooks";
import type { CardPart, FitCard } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import { webUrl } from "../../links.ts";
import type { Chat } from "../../model.ts";
import { money } from "../../times.ts";
import { keepingFocus } from "../focus.ts";
import { Box, CheckRound, Info, Plus, Swap } from "../icons.tsx";
import { Action } from "./Action.tsx";
import css from "./card.module.css";

/** Does it fit: the verdict first, then the part, what to know before buying, and the way to it. */
export const FitView = ({ card, chat }: { card: FitCard; chat: Chat }) => {
  const suits = card.verdict !== "other_suits";
  // What else is needed counts as a note: it has to be known before buying.
  const count = card.notes.length + card.needs.length;
  const isBotOnly = chat.state.value.status === "bot" || chat.state.value.status === "closed";
  return (
    <article class={css.card} aria-label={card.headline}>
      <div class={css.band} data-suits={suits}>
        {suits ? <CheckRound size={20} /> : <Swap size={20} />}
        <div class={css.verdict}>
          <h2>{card.headline}</h2>
          {card.sub !== null && <p>{card.sub}</p>}
        </div>
        {count > 0 && (
          <span class={css.mark} data-tone="wait">
            <Info size={14} />
            {t("notes", { count })}
          </span>
        )}
      </div>
      <div class={css.body}>
        <Part part={card.part} />
        {count > 0 && (
          <ul class={css.notes}>
            {card.notes.map((note) => (
              <Note key={note} text={note} />
            ))}
            {card.needs.map((part) => (
              <li key={part.sku}>
                <Plus size={16} />
                <span>
                  <b>{t("needs", { part: part.name })}</b>
                  {!part.name.includes(part.sku) && ` ${part.sku}`}
                </span>
              </li>
            ))}
          </ul>
        )}
        {card.in_box.length > 0 && (
          <p class={css.fact}>
            <Box size={16} />
            <span>{t("inTheBox", { items: card.in_box.join(", ") })}</span>
          </p>
        )}
        <Action link={card.action} />
      </div>
      <div class={css.foot}>
        <span>{card.source}</span>
        {isBotOnly && (
          <button
            type="button"
            class={css.ask}
            disabled={chat.isAskingForPerson.value}
            onClick={keepingFocus(() => chat.talkToPerson(t("askFitterSaid", { part: card.part.name })))}
          >
            {t("askFitter")}
          </button>
        )}
      </div>
    </article>
  );
};

const Part = ({ part }: { part: CardPart }) => (
  <div class={css.part}>
    <Picture url={part.image} />
    <div class={css.about}>
      <h3>{part.name}</h3>
      <p>
        {part.price === null ? null : <>{money(part.price.amount, part.price.currency)} · </>}
        {part.stock} · <span class={css.sku}>{part.sku}</span>
      </p>
    </div>
  </div>
);

const Picture = ({ url }: { url: string | null }) => {
  const [isBroken, setBroken] = useState(false);
  const src = webUrl(url);
  return (
    <span class={css.picture}>
      {src === null || isBroken ? (
        <Box size={24} />
      ) : (
        <img src={src} alt="" width={52} height={52} loading="lazy" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
      )}
    </span>
  );
};

/** The first sentence of a note carries it. */
const Note = ({ text }: { text: string }) => {
  const end = text.search(/[.:!]\s/);
  const first = end < 0 ? text : text.slice(0, end + 1);
  return (
    <li>
      <Info size={16} />
      <span>
        <b>{first}</b>
        {text.slice(first.length)}
      </span>
    </li>
  );
};
