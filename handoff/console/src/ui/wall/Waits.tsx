import type { Wall } from "@client/protocol.gen";
import { t } from "../../i18n";
import { clockTime, stopwatch } from "../../model/times";
import css from "./Wall.module.css";

const WIDTH = 880;
const HEIGHT = 330;
const LEFT = 52;
const RIGHT = 8;
const TOP = 26;
const BOTTOM = 30;
const BIN_MS = 30 * 60_000;
/** Half hours that are drawn at least, so that two in the morning do not stand a metre apart. */
const SPAN = 10;

/** Today's waits, half hour by half hour, against what was promised. */
export const Waits = ({ shown }: { shown: Wall }) => (
  <section class={css.tile} aria-label={t.wall.waitToday}>
    <header class={css.chartHead}>
      <h2>{t.wall.waitToday}</h2>
      {shown.waits.length > 0 && (
        <p class={css.legend}>
          <span class={css.dotKey} /> {t.wall.half}
          <span class={css.barKey} /> {t.wall.nine(shown.answered)}
        </p>
      )}
    </header>
    {shown.waits.length === 0 ? <p class={css.none}>{t.wall.noWaits}</p> : <Chart shown={shown} />}
  </section>
);

const Chart = ({ shown }: { shown: Wall }) => {
  const begins = shown.waits.map((bin) => Date.parse(bin.start));
  const first = Math.min(...begins);
  const last = Math.max(first + SPAN * BIN_MS, ...begins);
  const most = Math.max(shown.promised_s, ...shown.waits.map((bin) => bin.nine_s)) * 1.04;
  const step = stepOf(most);
  const x = (at: number): number => LEFT + 18 + ((WIDTH - LEFT - RIGHT - 36) * (at - first)) / (last - first);
  const y = (seconds: number): number => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * seconds) / most;
  const lines = Array.from({ length: Math.floor(most / step) + 1 }, (_, number) => number * step);
  const hours = Array.from({ length: Math.floor((last - first) / BIN_MS) + 1 }, (_, number) => first + number * BIN_MS);
  return (
    <svg class={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={spoken(shown)}>
      {lines.map((seconds) => (
        <g key={seconds} class={css.grid}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(seconds)} y2={y(seconds)} />
          <text x={LEFT - 8} y={y(seconds) + 4} text-anchor="end">
            {stopwatch(seconds * 1_000)}
          </text>
        </g>
      ))}
      {hours
        .filter((_, number) => number % Math.ceil(hours.length / 11) === 0)
        .map((at) => (
          <text key={at} class={css.hour} x={x(at)} y={HEIGHT - 8} text-anchor="middle">
            {clockTime(at)}
          </text>
        ))}
      <g class={css.promisedLine}>
        <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(shown.promised_s)} y2={y(shown.promised_s)} />
        <text x={WIDTH - RIGHT} y={y(shown.promised_s) - 8} text-anchor="end">
          {t.wall.promisedLine}
        </text>
      </g>
      {shown.waits.map((bin) => {
        const at = x(Date.parse(bin.start));
        return (
          <g key={bin.start}>
            <line class={css.bar} x1={at} x2={at} y1={y(bin.half_s)} y2={y(bin.nine_s)} />
            <circle class={css.dot} cx={at} cy={y(bin.half_s)} r={5} />
          </g>
        );
      })}
    </svg>
  );
};

/** A round distance between the lines: at most five of them. */
function stepOf(most: number): number {
  return [15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200].find((step) => most / step <= 5) ?? 14_400;
}

/** The picture in words. */
const spoken = (shown: Wall): string =>
  [
    t.wall.waitToday,
    ...shown.waits.map((bin) =>
      t.wall.binLabel(clockTime(bin.start), stopwatch(bin.half_s * 1_000), stopwatch(bin.nine_s * 1_000), bin.n),
    ),
  ].join(". ");
