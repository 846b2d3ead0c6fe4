import type { Voice } from "@client/protocol.gen";
import { t } from "../../i18n";
import { percent, type Reports } from "../../model/reports";
import { stopwatch } from "../../model/times";
import { REASON_LOOKS } from "../Bits";
import { Icon } from "../Icon";
import css from "./Reports.module.css";
import { Definition } from "./Score";

/** Why people were needed, how long customers waited for them, and what became of promises. */
export const Needs = ({ reports, voice }: { reports: Reports; voice: Voice }) => (
  <div class={css.second}>
    <Reasons reports={reports} voice={voice} />
    <div class={css.column2}>
      <Waits reports={reports} voice={voice} />
      <Promises voice={voice} />
    </div>
    {voice.gaps.length > 0 && <Gaps voice={voice} />}
  </div>
);

const Reasons = ({ reports, voice }: { reports: Reports; voice: Voice }) => {
  const all = voice.reasons.reduce((sum, one) => sum + one.count, 0);
  const most = Math.max(1, ...voice.reasons.map((one) => one.count));
  let sum = 0;
  return (
    <section class={css.tile} aria-label={t.reports.why}>
      <h2 class={css.tileTitle}>
        {t.reports.why} <span class={css.hint}>{t.reports.n(all)}</span>
      </h2>
      {all === 0 && <p class={css.small}>{t.reports.whyNone}</p>}
      <ul class={css.reasons}>
        {voice.reasons.map(({ reason, count, before }) => {
          sum += count;
          return (
            <li key={reason}>
              <button
                type="button"
                class={css.reason}
                aria-pressed={reports.reason.value === reason}
                disabled={count === 0}
                onClick={() => reports.pickReason(reason)}
              >
                <span class={css.reasonName}>
                  <Icon name={REASON_LOOKS[reason].icon} />
                  {t.reason[reason]}
                </span>
                <span class={css.track} aria-hidden="true">
                  {count > 0 && <span class={css.run} style={{ width: `${(100 * count) / most}%` }} />}
                </span>
                <b class={css.reasonCount}>{count}</b>
                <span class={css.meta}>{t.reports.addingUp(percent(sum, all))}</span>
                <span class={css.meta}>{t.reports.trend(count - before)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
};

const Waits = ({ reports, voice }: { reports: Reports; voice: Voice }) => {
  const { waits } = voice;
  const span = (seconds: number | null): string => (seconds === null ? "–" : stopwatch(seconds * 1_000));
  return (
    <section class={css.tile} aria-label={t.reports.waits}>
      <h2 class={css.tileTitle}>
        {t.reports.waits} <span class={css.hint}>{t.reports.n(waits.answered + waits.left)}</span>
      </h2>
      <dl class={css.pairs}>
        <div>
          <dt>{t.reports.median}</dt>
          <dd>{span(waits.median_s)}</dd>
        </div>
        <div>
          <dt>{t.reports.p90}</dt>
          <dd>{span(waits.p90_s)}</dd>
        </div>
        <div>
          <dt>{t.reports.left}</dt>
          <dd>
            <button
              type="button"
              class={css.number}
              disabled={waits.left === 0}
              aria-pressed={reports.reason.value === "left"}
              onClick={() => reports.pickReason("left")}
            >
              {waits.left}
            </button>
          </dd>
        </div>
        <div>
          <dt>{t.reports.waiting}</dt>
          <dd>{waits.waiting}</dd>
        </div>
      </dl>
      <Definition words={waits.formula} />
    </section>
  );
};

const Promises = ({ voice }: { voice: Voice }) => {
  const { promises } = voice;
  return (
    <section class={css.tile} aria-label={t.reports.promises}>
      <h2 class={css.tileTitle}>
        {t.reports.promises} <span class={css.hint}>{t.reports.due(promises.due)}</span>
      </h2>
      <dl class={css.pairs}>
        <div>
          <dt>{t.reports.onTime}</dt>
          <dd>{promises.on_time}</dd>
        </div>
        <div>
          <dt>{t.reports.keptLate}</dt>
          <dd>{promises.late}</dd>
        </div>
        <div>
          <dt>{t.reports.broken}</dt>
          <dd>{promises.broken}</dd>
        </div>
        <div>
          <dt>{t.reports.reAgreed}</dt>
          <dd>{promises.re_agreed}</dd>
        </div>
      </dl>
      <p class={css.small}>
        {promises.due === 0 ? t.reports.promisesNone : t.reports.keptOf(promises.on_time, promises.due)}
        {promises.open > 0 && ` ${t.reports.stillOpen(promises.open)}`}
      </p>
      <Definition words={promises.formula} />
    </section>
  );
};

const Gaps = ({ voice }: { voice: Voice }) => (
  <section class={`${css.tile} ${css.wide}`} aria-label={t.reports.gaps}>
    <h2 class={css.tileTitle}>
      {t.reports.gaps} <span class={css.hint}>{t.reports.gapsHint}</span>
    </h2>
    <ol class={css.gaps}>
      {voice.gaps.map((gap) => (
        <li key={gap.what}>
          <span>{gap.what}</span>
          <b>{t.reports.times(gap.count)}</b>
        </li>
      ))}
    </ol>
  </section>
);
