import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import type { Office } from "../../model/office";
import { PERIODS, queryOf } from "../../model/reports";
import { shortDate } from "../../model/times";
import { Button, Skeleton } from "../Bits";
import { Needs } from "./Needs";
import css from "./Reports.module.css";
import { Score } from "./Score";
import { Words } from "./Words";

/** The owner's page: one number first, and behind every figure the conversations that it is made of. */
export const Reports = ({ office }: { office: Office }) => {
  const { reports } = office;
  useEffect(() => void reports.load(), [reports]);
  const { recommended, voice, state } = reports;
  const sites = reports.sites.value;
  return (
    <section class={css.page} aria-label={t.reports.title}>
      <Head office={office} />
      {sites?.length === 0 && <p class={css.notice}>{t.reports.notYours}</p>}
      {state.value === "failed" && (
        <p class={css.notice} role="status">
          {t.reports.failed}
          <Button small onClick={() => void reports.load()}>
            {t.queue.retry}
          </Button>
        </p>
      )}
      {recommended.value === null && state.value === "loading" && <Skeleton rows={6} label={t.queue.loading} />}
      {recommended.value !== null && voice.value !== null && (
        <div class={`${css.tiles} ${state.value === "loading" ? css.stale : ""}`} aria-busy={state.value === "loading"}>
          <Score reports={reports} found={recommended.value} />
          <Needs reports={reports} voice={voice.value} />
          <Words office={office} />
        </div>
      )}
    </section>
  );
};

const Head = ({ office }: { office: Office }) => {
  const { reports } = office;
  const asked = reports.asked.value;
  const found = reports.recommended.value;
  const sites = reports.sites.value ?? [];
  const query = queryOf(asked);
  return (
    <header class={css.head}>
      <h1 class={css.title}>{t.reports.title}</h1>
      <p class={css.span} role="status">
        {found !== null && t.reports.span(shortDate(found.since), shortDate(found.until))}
      </p>
      {sites.length > 0 && (
        <div class={css.choices}>
          {sites.length > 1 && (
            <select
              class={css.select}
              aria-label={t.reports.site}
              value={asked.site}
              onChange={(event) => reports.ask({ site: event.currentTarget.value })}
            >
              {sites.map((site) => (
                <option key={site.key} value={site.key}>
                  {site.name}
                </option>
              ))}
            </select>
          )}
          <fieldset class={css.periods}>
            <legend class={css.unseen}>{t.reports.period}</legend>
            {PERIODS.map((days) => (
              <label key={days} class={css.period}>
                <input
                  type="radio"
                  name="period"
                  checked={asked.days === days}
                  onChange={() => reports.ask({ days, until: null })}
                />
                <span>{t.reports.days[days]}</span>
              </label>
            ))}
          </fieldset>
          <Button icon="back" label={t.reports.earlier} onClick={() => reports.earlier()} />
          {asked.until !== null && (
            <Button onClick={() => reports.later()}>{t.reports.later}</Button>
          )}
          <a class={css.link} href={`/api/owner/recommend.csv?${query}`} download>
            {t.reports.answersCsv}
          </a>
          <a class={css.link} href={`/api/owner/voice.csv?${query}`} download>
            {t.reports.casesCsv}
          </a>
        </div>
      )}
    </header>
  );
};
