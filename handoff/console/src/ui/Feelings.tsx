import type { Feeling } from "@client/protocol.gen";
import { t } from "../i18n";
import css from "./Customer.module.css";

const [WIDTH, HEIGHT, PAD] = [96, 22, 4];

/** How each message read, from calm above to upset below; the last one says it in a word. */
export const Feelings = ({ feelings }: { feelings: readonly Feeling[] }) => {
  const last = feelings.at(-1);
  if (last === undefined) return null;
  const step = feelings.length > 1 ? (WIDTH - 2 * PAD) / (feelings.length - 1) : 0;
  const point = (one: Feeling, at: number): [number, number] => [PAD + at * step, PAD + one.upset * (HEIGHT - 2 * PAD)];
  const points = feelings.map(point);
  const word = t.feeling[last.upset < 0.25 ? "calm" : last.upset < 0.5 ? "uneasy" : "upset"];
  return (
    <span class={css.feeling}>
      {t.feeling.title}
      <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t.feeling.over(word, feelings.length)}>
        <path d={`M${PAD} ${HEIGHT / 2}H${WIDTH - PAD}`} class={css.feelingMiddle} />
        <path d={`M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`} class={css.feelingLine} />
        {points.map(([x, y], at) => {
          const upset = feelings[at]?.upset ?? 0;
          const end = at === points.length - 1;
          if (upset < 0.5 && !end) return null;
          return <circle key={at} cx={x} cy={y} r={3} class={upset >= 0.5 ? css.feelingUpset : upset >= 0.25 ? css.feelingUneasy : css.feelingCalm} />;
        })}
      </svg>
      <span class={css.feelingWord}>{word}</span>
    </span>
  );
};
