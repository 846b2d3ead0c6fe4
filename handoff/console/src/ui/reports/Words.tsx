import { t } from "../../i18n";
import type { Office } from "../../model/office";
import { dayAndTime } from "../../model/moments";
import { stopwatch } from "../../model/times";
import { Button, Mark, ReasonMark } from "../Bits";
import css from "./Reports.module.css";

const FIRST = 12;

/** What customers said, and the conversations behind what is picked above; each opens its conversation. */
export const Words = ({ office }: { office: Office }) => (
  <div class={css.third}>
    <Verbatims office={office} />
    <Cases office={office} />
  </div>
);

const open = (office: Office, conversation: string): void => {
  office.go("all");
  office.desk.choose(conversation);
};

const Verbatims = ({ office }: { office: Office }) => {
  const { reports } = office;
  const words = reports.words.value;
  const picked = reports.scores.value;
  const title = picked === null ? t.reports.words : t.reports.wordsOf(picked[0], picked[1]);
  return (
    <section class={css.tile} aria-label={title}>
      <h2 class={css.tileTitle}>
        {title} <span class={css.hint}>{t.reports.n(words.length)}</span>
        {picked !== null && (
          <Button small look="bare" onClick={() => (reports.scores.value = null)}>
            {t.reports.showAll}
          </Button>
        )}
      </h2>
      {words.length === 0 && <p class={css.small}>{t.reports.wordsNone}</p>}
      <ul class={css.quotes}>
        {words.slice(0, FIRST).map((one) => (
          <li key={`${one.conversation_id} ${one.resolved_at}`}>
            <button type="button" class={css.quote} onClick={() => open(office, one.conversation_id)}>
              <span class={css.said}>{one.why === null ? t.reports.wordless : `“${one.why}”`}</span>
              <span class={css.meta}>
                {one.score !== null && t.reports.ofTen(one.score)} {one.visitor ?? t.visitor}, {dayAndTime(one.resolved_at)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {words.length > FIRST && <p class={css.small}>{t.reports.inCsv(words.length - FIRST)}</p>}
    </section>
  );
};

const Cases = ({ office }: { office: Office }) => {
  const { reports } = office;
  const cases = reports.cases.value;
  const picked = reports.reason.value;
  const title = picked === null ? t.reports.cases : picked === "left" ? t.reports.left : t.reason[picked];
  return (
    <section class={css.tile} aria-label={title}>
      <h2 class={css.tileTitle}>
        {title} <span class={css.hint}>{t.reports.n(cases.length)}</span>
        {picked !== null && (
          <Button small look="bare" onClick={() => (reports.reason.value = null)}>
            {t.reports.showAll}
          </Button>
        )}
      </h2>
      {cases.length === 0 && <p class={css.small}>{t.reports.whyNone}</p>}
      <ul class={css.quotes}>
        {cases.slice(0, FIRST).map((one) => (
          <li key={`${one.conversation_id} ${one.requested_at}`}>
            <button type="button" class={css.quote} onClick={() => open(office, one.conversation_id)}>
              <span class={css.said}>{one.quote === "" ? (one.gap ?? t.reports.wordless) : `“${one.quote}”`}</span>
              <span class={css.marks}>
                <ReasonMark reason={one.reason} />
                {one.left && (
                  <Mark tone="upset" icon="leave">
                    {t.reports.leftMark}
                  </Mark>
                )}
                <span class={css.meta}>
                  {one.visitor ?? t.visitor}, {dayAndTime(one.requested_at)}
                  {one.waited_s !== null && `, ${t.reports.waited(stopwatch(one.waited_s * 1_000))}`}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {cases.length > FIRST && <p class={css.small}>{t.reports.inCsv(cases.length - FIRST)}</p>}
    </section>
  );
};
