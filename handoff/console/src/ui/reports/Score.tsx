import type { Recommended } from "@client/protocol.gen";
import { t } from "../../i18n";
import { percent, points, type Reports } from "../../model/reports";
import { Spoken } from "../Bits";
import css from "./Reports.module.css";

const GROUPS = [
  { from: 0, to: 6, look: "upset" },
  { from: 7, to: 8, look: "plain" },
  { from: 9, to: 10, look: "calm" },
] as const;

/** The number, how sure it is, what it is made of, and how customers came and left. */
export const Score = ({ reports, found }: { reports: Reports; found: Recommended }) => (
  <div class={css.first}>
    <Number found={found} />
    <Answers reports={reports} found={found} />
    <Feelings found={found} />
  </div>
);

const Number = ({ found }: { found: Recommended }) => {
  const { score, low, high, before } = found;
  const sure = score !== null && low !== null && high !== null;
  return (
    <section class={css.tile} aria-label={t.reports.recommend}>
      <h2 class={css.tileTitle}>{t.reports.recommend}</h2>
      <p class={css.figure}>{sure ? points(score) : found.n}</p>
      <p class={css.under}>
        {sure ? (before.score === null ? t.reports.after : t.reports.afterWas(points(before.score))) : t.reports.answers(found.n)}
      </p>
      <p class={css.small}>
        {sure
          ? t.reports.shares(percent(found.promoters, found.n), percent(found.detractors, found.n))
          : t.reports.counts(found.promoters, found.passives, found.detractors)}{" "}
        {found.response_rate === null ? t.reports.nobodyAsked : t.reports.rate(found.n, found.asked)}{" "}
        {sure ? t.reports.range(points(low), points(high)) : found.asked > 0 && t.reports.from30}
      </p>
      <Definition words={found.formula} />
    </section>
  );
};

const Answers = ({ reports, found }: { reports: Reports; found: Recommended }) => {
  const most = Math.max(1, ...found.scores);
  const picked = reports.scores.value;
  return (
    <section class={css.tile} aria-label={t.reports.all(found.n)}>
      <h2 class={css.tileTitle}>
        {t.reports.all(found.n)} <span class={css.hint}>{t.reports.tap}</span>
      </h2>
      <div class={css.bars}>
        {GROUPS.map((group) => {
          const scores = found.scores.slice(group.from, group.to + 1);
          const sum = scores.reduce((a, b) => a + b, 0);
          return (
            <div key={group.from} class={css.group} style={{ flexGrow: scores.length }}>
              <ol class={css.columns}>
                {scores.map((count, at) => {
                  const score = group.from + at;
                  return (
                    <li key={score}>
                      <button
                        type="button"
                        class={css.bar}
                        aria-pressed={picked !== null && picked[0] === score && picked[1] === score}
                        disabled={count === 0}
                        onClick={() => reports.pickScores(score, score)}
                      >
                        <Spoken>{t.reports.bar(score, count)}</Spoken>
                        <span class={css.count} aria-hidden="true">
                          {count}
                        </span>
                        <span class={`${css.column} ${css[count === 0 ? "none" : group.look]}`} style={{ height: `${(100 * count) / most}px` }} />
                        <span class={css.score} aria-hidden="true">
                          {score}
                        </span>
                      </button>
                    </li>
                  );
                })}
              </ol>
              <button
                type="button"
                class={css.brace}
                aria-pressed={picked !== null && picked[0] === group.from && picked[1] === group.to}
                disabled={sum === 0}
                onClick={() => reports.pickScores(group.from, group.to)}
              >
                {t.reports[group.look](sum)}
              </button>
            </div>
          );
        })}
      </div>
    </section>
  );
};

const Feelings = ({ found }: { found: Recommended }) => {
  const told = found.glad + found.neutral + found.upset;
  const calm = found.asked - found.came_upset;
  return (
    <section class={css.tile} aria-label={t.reports.feeling}>
      <h2 class={css.tileTitle}>
        {t.reports.feeling} <span class={css.hint}>{t.reports.n(found.asked)}</span>
      </h2>
      <div class={css.stacks}>
        <Stack
          name={t.reports.came}
          parts={[
            { look: "plain", count: calm, word: t.reports.wellEnough },
            { look: "upset", count: found.came_upset, word: t.reports.cameUpset },
          ]}
        />
        <Stack
          name={told === 0 ? t.reports.leftNobody : t.reports.leftOf(told)}
          parts={[
            { look: "calm", count: found.glad, word: t.reports.glad },
            { look: "plain", count: found.neutral, word: t.reports.neutral },
            { look: "upset", count: found.upset, word: t.reports.leftUpset },
          ]}
        />
      </div>
      <p class={css.small}>
        {found.upset_told > 0 ? t.reports.recovered(found.recovered, found.upset_told) : t.reports.recoveredNone}
      </p>
    </section>
  );
};

interface Part {
  look: "calm" | "plain" | "upset";
  count: number;
  word: string;
}

/** Shares of a whole, one above the other; each says its number and its word. */
const Stack = ({ name, parts }: { name: string; parts: readonly Part[] }) => {
  const whole = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <div class={css.stack}>
      <ul class={css.stackBody}>
        {whole === 0 && <li class={css.stackEmpty} />}
        {parts
          .filter((part) => part.count > 0)
          .map((part) => (
            <li key={part.word} class={`${css.part} ${css[`soft-${part.look}`]}`} style={{ flexGrow: part.count }}>
              <b>{percent(part.count, whole)}%</b> {part.word}
            </li>
          ))}
      </ul>
      <p class={css.stackName}>{name}</p>
    </div>
  );
};

/** How a figure is counted, for whoever asks. */
export const Definition = ({ words }: { words: string }) => (
  <details class={css.definition}>
    <summary>{t.reports.how}</summary>
    <p>{words}.</p>
  </details>
);
