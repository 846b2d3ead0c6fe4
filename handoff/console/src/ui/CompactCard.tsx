import type { AgentMessageCreated, Money } from "@client/protocol.gen";
import { locale, t } from "../i18n";
import { dayAndTime } from "../model/moments";
import { Mark } from "./Bits";
import css from "./CompactCard.module.css";
import { Icon, type IconName } from "./Icon";

type Look = { tone: "calm" | "wait" | "plain" | "risk" | "upset"; words: string };

const PROMISE_MARKS: Readonly<Record<"on_track" | "due_soon" | "agreed_anew" | "late" | "kept", Look>> = {
  on_track: { tone: "risk", words: t.promise.open },
  due_soon: { tone: "risk", words: t.promise.soon },
  agreed_anew: { tone: "wait", words: t.promise.anew },
  late: { tone: "upset", words: t.promise.broken },
  kept: { tone: "calm", words: t.promise.kept },
};

/** What the assistant showed as a card, in two lines. */
export const CompactCard = ({ card }: { card: NonNullable<AgentMessageCreated["card"]> }) => {
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
    case "promise":
      return (
        <Shape
          icon="flag"
          title={card.what}
          lines={[`${card.by}, ${dayAndTime(card.due)}`, ...(card.then === null ? [] : [card.then])]}
          mark={PROMISE_MARKS[card.state]}
        />
      );
    case "article":
      return <Shape icon="list" title={card.title} lines={[card.text]} mark={null} />;
    case "remedy":
      return (
        <Shape
          icon="check"
          title={card.headline}
          lines={card.lines}
          mark={card.amount === null ? null : { tone: "calm", words: amount(card.amount) }}
        />
      );
    case "callback": {
      const booked = card.booked ?? null;
      const times = booked === null ? card.times : [booked];
      const title = booked === null ? card.headline : `${card.headline}: ${card.phone}`;
      return <Shape icon="clock" title={title} lines={times.map((one) => dayAndTime(one.start))} mark={null} />;
    }
    case "form":
      return <Shape icon="list" title={card.title} lines={card.fields.map((one) => one.label)} mark={null} />;
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
  mark: Look | null;
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
