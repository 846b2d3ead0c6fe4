import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { HoursPreview, SiteHours } from "@client/protocol.gen";
import { locale } from "../../i18n";
import { Act } from "../../model/act";
import { changed, longer, same, toHours, toPlan, WEEKDAYS, without, zones, type Plan, type Span } from "../../model/hours";
import { localInput } from "../../model/moments";
import type { Office } from "../../model/office";
import { hours as t } from "../../words/hours";
import { Button, Skeleton } from "../Bits";
import { Icon } from "../Icon";
import css from "./Hours.module.css";
import page from "./Page.module.css";

/** When people of a site or a team are there, and what a customer would be told at any moment. */
export const Hours = ({ office }: { office: Office }) => {
  const sites = useSignal<readonly SiteHours[] | null>(null);
  const site = useSignal("");
  const team = useSignal("");
  const loading = useMemo(() => new Act(), []);
  const load = async (): Promise<void> => {
    const found = await loading.run(() => office.api.hours());
    if (found === null) return;
    sites.value = found.sites;
    if (!found.sites.some((one) => one.site === site.value)) site.value = found.sites[0]?.site ?? "";
  };
  useEffect(() => void load(), []);
  const shown = sites.value?.find((one) => one.site === site.value);
  if (shown === undefined)
    return loading.problem.value === null ? (
      <Skeleton rows={5} label={t.loading} />
    ) : (
      <p class={page.lead}>
        {t.failed} <Button onClick={() => void load()}>{t.again2}</Button>
      </p>
    );
  return (
    <div>
      <header class={page.head}>
        <div class={page.who}>
          <h2>{t.title}</h2>
          <p>{t.lead}</p>
        </div>
      </header>
      {((sites.value?.length ?? 0) > 1 || shown.teams.length > 0) && (
        <div class={`${page.card} ${css.pick}`}>
          {(sites.value?.length ?? 0) > 1 && (
            <label class={page.field}>
              {t.site}
              <select value={site.value} onChange={(event) => ((site.value = event.currentTarget.value), (team.value = ""))}>
                {sites.value?.map((one) => (
                  <option key={one.site} value={one.site}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {shown.teams.length > 0 && (
            <label class={page.field}>
              {t.whose}
              <select value={team.value} onChange={(event) => (team.value = event.currentTarget.value)}>
                <option value="">{t.site}</option>
                {shown.teams.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
      <Editor
        key={`${shown.site} ${team.value}`}
        office={office}
        site={shown}
        team={team.value === "" ? null : team.value}
        onSaved={(saved) => (sites.value = (sites.value ?? []).map((one) => (one.site === saved.site ? saved : one)))}
      />
    </div>
  );
};

const Editor = ({
  office,
  site,
  team,
  onSaved,
}: {
  office: Office;
  site: SiteHours;
  team: string | null;
  onSaved: (saved: SiteHours) => void;
}) => {
  const stored = team === null ? site.hours : (site.teams.find((one) => one.id === team)?.hours ?? null);
  const first = toPlan(stored ?? site.hours);
  const plan = useSignal<Plan>(first);
  const follows = useSignal(stored === null);
  const minutes = useSignal(Math.round(site.answer_within_s / 60));
  const saved = useSignal(false);
  const saving = useMemo(() => new Act(), []);
  const edit = (next: Partial<Plan>): void => {
    plan.value = { ...plan.value, ...next };
    saved.value = false;
  };
  const dirty =
    follows.value !== (stored === null) || !same(plan.value, first) || (team === null && minutes.value * 60 !== site.answer_within_s);
  const save = async (): Promise<void> => {
    const hours = follows.value ? null : toHours(plan.value);
    const within = team === null ? minutes.value * 60 : null;
    const done = await saving.run(() => office.api.putHours(site.site, { team, hours, answer_within_s: within }));
    if (done === null) return;
    onSaved(done);
    saved.value = true;
  };
  return (
    <>
      <section class={page.card} aria-label={t.week}>
        <h3>{t.week}</h3>
        {team !== null && (
          <label class={page.tick}>
            <input type="checkbox" checked={!follows.value} onChange={(event) => (follows.value = !event.currentTarget.checked)} />
            {follows.value ? t.ownOff : t.own}
          </label>
        )}
        {!follows.value && (
          <>
            <div class={`${page.row} ${css.basics}`}>
              <label class={page.field}>
                {t.tz}
                <input list="zones" value={plan.value.tz} onInput={(event) => edit({ tz: event.currentTarget.value })} />
              </label>
              <datalist id="zones">
                {zones().map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
              {team === null && (
                <label class={page.field}>
                  {t.promised}
                  <input
                    type="number"
                    min={1}
                    max={1440}
                    value={minutes.value}
                    onInput={(event) => ((minutes.value = event.currentTarget.valueAsNumber || 1), (saved.value = false))}
                  />
                </label>
              )}
            </div>
            <div class={css.week}>
              {WEEKDAYS.map((day) => (
                <div key={day} class={css.day}>
                  <span class={css.name}>{t.days[day]}</span>
                  <Spans
                    day={t.days[day]}
                    spans={plan.value.week[day]}
                    onChange={(spans) => edit({ week: { ...plan.value.week, [day]: spans } })}
                  />
                </div>
              ))}
            </div>
          </>
        )}
      </section>
      {!follows.value && <SpecialDays days={plan.value.days} onChange={(days) => edit({ days })} />}
      <div class={css.foot}>
        <Button look="primary" disabled={!dirty || saving.busy.value} onClick={() => void save()}>
          {saving.busy.value ? t.saving : t.save}
        </Button>
        <div role="status">
          {saved.value && !dirty ? (
            <p class={page.good}>
              <Icon name="check" />
              {t.saved}
            </p>
          ) : (
            dirty && <span class={page.meta}>{t.unsaved}</span>
          )}
        </div>
        {saving.problem.value !== null && (
          <p class={page.problem} role="alert">
            <Icon name="triangle" />
            {saving.problem.value}
          </p>
        )}
      </div>
      <Preview office={office} plan={follows.value ? toPlan(site.hours) : plan.value} within={minutes.value * 60} />
    </>
  );
};

const Spans = ({ day, spans, onChange }: { day: string; spans: Span[]; onChange: (spans: Span[]) => void }) => (
  <>
    <span class={css.spans}>
      {spans.length === 0 && <span class={css.closed}>{t.closed}</span>}
      {spans.map((span, at) => (
        <span key={at} class={css.span}>
          <input
            type="time"
            value={span[0]}
            aria-label={t.from(day, at + 1)}
            onChange={(event) => onChange(changed(spans, at, 0, event.currentTarget.value))}
          />
          –
          <input
            type="time"
            value={span[1]}
            aria-label={t.to(day, at + 1)}
            onChange={(event) => onChange(changed(spans, at, 1, event.currentTarget.value))}
          />
          <Button look="bare" icon="close" label={t.remove(day, at + 1)} onClick={() => onChange(without(spans, at))} />
        </span>
      ))}
    </span>
    <Button small label={t.add(day)} onClick={() => onChange(longer(spans))}>
      +
    </Button>
  </>
);

const SpecialDays = ({ days, onChange }: { days: Plan["days"]; onChange: (days: Plan["days"]) => void }) => (
  <section class={page.card} aria-label={t.special}>
    <h3>{t.special}</h3>
    <p class={page.lead}>{t.specialLead}</p>
    {days.length === 0 && <p class={page.meta}>{t.noDays}</p>}
    <div class={days.length === 0 ? undefined : css.week}>
      {days.map((day, at) => {
        const put = (next: Partial<Plan["days"][number]>): void =>
          onChange(days.map((one, index) => (index === at ? { ...one, ...next } : one)));
        return (
          <div key={at} class={css.day}>
            <input type="date" value={day.date} aria-label={t.date} onChange={(event) => put({ date: event.currentTarget.value })} />
            <Spans day={day.date === "" ? t.date : day.date} spans={day.spans} onChange={(spans) => put({ spans })} />
            <Button
              look="bare"
              icon="close"
              label={t.removeDay(day.date)}
              onClick={() => onChange(days.filter((_, index) => index !== at))}
            />
          </div>
        );
      })}
    </div>
    <div class={css.foot}>
      <Button onClick={() => onChange([...days, { date: "", spans: [] }])}>{t.addDay}</Button>
    </div>
  </section>
);

const WAIT_MS = 250;

const Preview = ({ office, plan, within }: { office: Office; plan: Plan; within: number }) => {
  const at = useSignal(localInput(office.desk.clock.now()));
  const told = useSignal<HoursPreview | null>(null);
  const asking = useMemo(() => new Act(), []);
  const asked = JSON.stringify([at.value, toHours(plan), within]);
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      const found = await asking.run(() =>
        office.api.previewHours({ at: at.value, hours: toHours(plan), answer_within_s: Math.max(60, within) }),
      );
      if (wanted) told.value = found;
    }, WAIT_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [asked]);
  const found = told.value;
  const when = (moment: string): string => spoken(moment, plan.tz);
  return (
    <section class={page.card} style={{ marginTop: "16px" }} aria-label={t.preview}>
      <h3>{t.preview}</h3>
      <p class={page.lead}>{t.previewLead}</p>
      <label class={page.field}>
        {t.at}
        <input type="datetime-local" value={at.value} onInput={(event) => (at.value = event.currentTarget.value)} />
      </label>
      <div role="status">
        {asking.problem.value !== null && (
          <p class={page.problem}>
            <Icon name="triangle" />
            {asking.problem.value}
          </p>
        )}
        {found !== null && (
          <>
            <p class={`${css.band} ${found.open ? css.bandOpen : ""}`}>
              <Icon name={found.open ? "check" : "clock"} />
              {found.open ? t.open : t.shut}
              {found.changes_at === null
                ? found.open
                  ? ""
                  : `: ${t.never}`
                : `, ${found.open ? t.until(when(found.changes_at)) : t.again(when(found.changes_at))}`}
            </p>
            <dl class={css.facts}>
              <div>
                <dt>{t.says}</dt>
                <dd class={css.says}>{found.says}</dd>
              </div>
              <div>
                <dt>{found.answer_by === null ? t.noAnswer : t.answer(when(found.answer_by))}</dt>
              </div>
              {found.slots.length > 0 && (
                <div>
                  <dt>{t.slots}</dt>
                  <dd>{found.slots.map((slot) => when(slot.begins)).join(" · ")}</dd>
                </div>
              )}
            </dl>
          </>
        )}
      </div>
    </section>
  );
};

/** On the clock of the hours, which need not be that of the agent. */
function spoken(moment: string, tz: string): string {
  const looks: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  try {
    return new Intl.DateTimeFormat(locale, { ...looks, timeZone: tz }).format(new Date(moment));
  } catch {
    return moment; // a zone that is still being typed
  }
}
