import type { CaseCard, FitCard, Money, OrderCard } from "@client/protocol.gen";
import { locale, t } from "../i18n";
import { Mark } from "./Bits";
import css from "./CompactCard.module.css";
import { Icon, type IconName } from "./Icon";

/** What the assistant showed as a card, in two lines. */
export const CompactCard = ({ card }: { card: FitCard | OrderCard | CaseCard }) => {
  switch (card.kind) {
    case "fit":
      return (
        <Shape
          icon="wheel"
          title={card.headline}
          lines={[
            [card.part.name, card.part.price && amount(card.part.price), card.part.stock].filter(Boolean).join(", "),
            ...card.notes,
          ]}
          mark={card.notes.length > 0 ? { tone: "wait", words: t.thread.notes(card.notes.length) } : null}
        />
      );
    case "order":
      return (
        <Shape
          icon="parcel"
          title={`#${card.number}, ${card.headline}`}
          lines={card.sub === null ? [] : [card.sub]}
          mark={{ tone: card.tone, words: card.mark }}
        />
      );
    case "case":
      return (
        <Shape
          icon="folder"
          title={`${card.title}, ${card.number}`}
          lines={card.lines}
          mark={card.due === null ? null : { tone: "plain", words: t.thread.due(card.due) }}
        />
      );
  }
};

const Shape = ({
  icon,
  title,
  lines,
  mark,
}: {
  icon: IconName;
  title: string;
  lines: readonly string[];
  mark: { tone: "calm" | "wait" | "plain"; words: string } | null;
}) => (
  <div class={css.card}>
    <Icon name={icon} />
    <div class={css.words}>
      <p class={css.title}>{title}</p>
      {lines.map((line, at) => (
        <p key={at} class={css.line}>
          {line}
        </p>
      ))}
    </div>
    {mark !== null && <Mark tone={mark.tone}>{mark.words}</Mark>}
  </div>
);

function amount(price: Money): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: price.currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(price.amount / 10 ** digits);
}
