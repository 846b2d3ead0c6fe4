import { useEffect } from "preact/hooks";
import type { TicketState, Wall as Shown, WallPerson } from "@client/protocol.gen";
import { t } from "../../i18n";
import { dayAndTime } from "../../model/moments";
import type { Office } from "../../model/office";
import type { Reason } from "../../model/reasons";
import { clockTime, stopwatch } from "../../model/times";
import { dayOf } from "../../model/timeline";
import { firstName } from "../../model/verbs";
import { atRisk } from "../../model/wall";
import { Avatar, Mark, ReasonMark, Skeleton } from "../Bits";
import { Icon, type IconName } from "../Icon";
import { Waits } from "./Waits";
import css from "./Wall.module.css";

const LINES = 6;

/** A site as it is now, to be read from three metres. */
export const Wall = ({ office }: { office: Office }) => {
  const { desk, wall } = office;
  const shown = wall.shown.value;
  useEffect(() => wall.watch(), [wall]);
  if (shown === null) {
    return (
      <section class={css.page} aria-label={t.wall.nav}>
        {wall.failed.value ? <p>{t.wall.failed}</p> : <Skeleton rows={6} label={t.people.settings.loading} />}
      </section>
    );
  }
  const line = desk.queue.waiting.value.filter((ticket) => ticket.site === shown.site);
  return (
    <section class={css.page} aria-label={t.wall.nav}>
      <header class={css.head}>
        <h1>{t.wall.title}</h1>
        <p class={css.at}>{dayAndTime(desk.clock.second.value)}</p>
        <div class={css.marks}>
          {shown.sites.length > 1 && (
            <label>
              <span class={css.unseen}>{t.wall.site}</span>
              <select class={css.select} value={shown.site} onChange={(event) => wall.pick(event.currentTarget.value)}>
                {shown.sites.map((site) => (
                  <option key={site.key} value={site.key}>
                    {site.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {wall.failed.value && (
            <Mark tone="wait" icon="unplugged">
              {t.wall.failed}
            </Mark>
          )}
          {office.soundTested.value !== null && (
            <Mark tone="calm" icon="check">
              {t.wall.tested(testedAt(office.soundTested.value, desk.clock.now()))}
            </Mark>
          )}
          <Mark tone={shown.open ? "plain" : "wait"} icon="clock">
            {hours(shown)}
          </Mark>
        </div>
      </header>
      <Figures office={office} shown={shown} line={line} />
      <div class={css.pair}>
        <Line office={office} shown={shown} line={line} />
        <People shown={shown} />
      </div>
      <div class={css.wide}>
        <Waits shown={shown} />
        <Promises office={office} shown={shown} />
      </div>
    </section>
  );
};

/** The hour when it was today, else the day as well. */
const testedAt = (at: string, now: number): string =>
  dayOf(at) === dayOf(new Date(now).toISOString()) ? clockTime(at) : dayAndTime(at);

function hours(shown: Shown): string {
  const when = shown.changes_at === null ? null : dayAndTime(shown.changes_at);
  if (shown.open) return when === null ? t.wall.open : t.wall.openTill(when);
  return when === null ? t.wall.closed : t.wall.closedTill(when);
}

const Figures = ({ office, shown, line }: { office: Office; shown: Shown; line: readonly TicketState[] }) => {
  const now = office.desk.clock.second.value;
  const since = Math.min(...line.map((ticket) => Date.parse(ticket.requested_at)));
  const risk = atRisk(line, shown.promised_s, now);
  const [worst] = line;
  const here = shown.people.filter((person) => person.available);
  const room = here.reduce((sum, person) => sum + Math.max(0, person.capacity - person.holds), 0);
  const promises = office.ledger.atRisk.value;
  const [first] = promises;
  return (
    <ul class={css.figures}>
      <Figure title={t.wall.waiting} figure={String(line.length)} tone={risk.late > 0 ? "upset" : undefined}>
        {risk.late > 0
          ? t.wall.late(risk.late)
          : worst === undefined
            ? t.wall.noneWaiting
            : t.wall.some(line.filter((one) => one.reason === worst.reason).length, t.wall.waitFor[worst.reason])}
      </Figure>
      <Figure
        title={t.wall.longest}
        figure={line.length === 0 ? "–" : stopwatch(now - since)}
        tone={risk.late > 0 ? "upset" : risk.soon > 0 ? "wait" : undefined}
      >
        {risk.soon > 0 ? t.wall.soon(risk.soon) : t.wall.promised(stopwatch(shown.promised_s * 1_000))}
      </Figure>
      <Figure title={t.wall.onDuty} figure={String(here.length)} beside={t.wall.of(shown.team)}>
        {t.wall.room(room)}
      </Figure>
      <Figure title={t.wall.risk} figure={String(promises.length)} icon="flag" tone={promises.length > 0 ? "risk" : undefined}>
        {first === undefined ? t.wall.riskNone : t.wall.riskNext(dayAndTime(first.due_at))}
      </Figure>
      {shown.came_upset === 0 ? (
        <Figure title={t.wall.recovered} figure="–">
          {t.wall.noneUpset}
        </Figure>
      ) : (
        <Figure title={t.wall.recovered} figure={String(shown.recovered)} beside={t.wall.of(shown.came_upset)}>
          {t.wall.recoveredHint}
        </Figure>
      )}
    </ul>
  );
};

const Figure = ({
  title,
  figure,
  beside,
  icon,
  tone,
  children,
}: {
  title: string;
  figure: string;
  beside?: string;
  icon?: IconName;
  tone?: "upset" | "wait" | "risk" | undefined;
  children: string;
}) => (
  <li class={css.figure}>
    <h2>
      {title}
      {icon !== undefined && <Icon name={icon} />}
    </h2>
    <p class={`${css.number} ${tone === undefined ? "" : css[tone]}`}>
      {figure} {beside !== undefined && <span>{beside}</span>}
    </p>
    <p class={css.small}>{children}</p>
  </li>
);

const Line = ({ office, shown, line }: { office: Office; shown: Shown; line: readonly TicketState[] }) => {
  const now = office.desk.clock.second.value;
  return (
    <section class={css.tile} aria-label={t.wall.byNeed}>
      <h2>{t.wall.byNeed}</h2>
      {line.length === 0 && <p class={css.none}>{t.wall.byNeedNone}</p>}
      <ul>
        {line.slice(0, LINES).map((ticket) => {
          const waited = now - Date.parse(ticket.requested_at);
          const hurry = ticket.reason === "safety" || waited > shown.promised_s * 1_000;
          return (
            <li key={ticket.conversation_id}>
              <button type="button" class={css.waiting} onClick={() => office.desk.choose(ticket.conversation_id)}>
                <span class={css.reason}>
                  <ReasonMark reason={ticket.reason} />
                </span>
                <span class={css.words}>
                  <b>{[ticket.visitor ?? t.visitor, ticket.about].filter(Boolean).join(", ")}</b>
                  <span>“{ticket.quote}”</span>
                </span>
                <span class={`${css.timer} ${hurry ? css.upset : ""}`}>{stopwatch(waited)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {shown.longest_s !== null && shown.longest_at !== null && (
        <p class={css.foot}>
          {t.wall.longestToday(stopwatch(shown.longest_s * 1_000), clockTime(shown.longest_at), shown.longest_s <= shown.promised_s)}
        </p>
      )}
    </section>
  );
};

const People = ({ shown }: { shown: Shown }) => (
  <section class={css.tile} aria-label={t.wall.people}>
    <h2>{t.wall.people}</h2>
    {shown.people.length === 0 && <p class={css.none}>{t.wall.peopleNone}</p>}
    <ul>
      {shown.people.map((person) => (
        <li key={person.id} class={css.person}>
          <Avatar name={person.name} />
          <span class={css.words}>
            <b>{firstName(person.name)}</b>
            <span>{doing(person)}</span>
          </span>
          <Load person={person} />
          <span class={css.holds}>{t.wall.holdsOf(person.holds, person.capacity)}</span>
        </li>
      ))}
    </ul>
  </section>
);

function doing(person: WallPerson): string {
  if (!person.here) return t.wall.gone;
  const upset = (["emotion", "repeat"] satisfies Reason[] as string[]).includes(person.newest_reason ?? "");
  const busy = person.holds > 0 ? t.wall.with(person.newest === null ? t.wall.aCustomer : firstName(person.newest), upset) : t.wall.free;
  return person.available ? busy : person.holds > 0 ? `${t.wall.away}, ${busy}` : t.wall.away;
}

const Load = ({ person }: { person: WallPerson }) => (
  <span class={css.load} aria-hidden="true">
    {Array.from({ length: Math.min(12, Math.max(person.capacity, person.holds)) }, (_, place) => (
      <span key={place} class={place < person.holds ? css.taken : css.free} />
    ))}
  </span>
);

const Promises = ({ office, shown }: { office: Office; shown: Shown }) => {
  const open = office.ledger.open.value;
  const risk = new Set(office.ledger.atRisk.value.map((one) => one.id));
  return (
    <section class={css.tile} aria-label={t.wall.promises}>
      <h2>{t.wall.promises}</h2>
      {open.length === 0 && <p class={css.none}>{t.wall.promisesNone}</p>}
      <ul>
        {open.slice(0, LINES - 1).map((promise) => (
          <li key={promise.id} class={css.promise}>
            <Icon name="flag" />
            <span class={css.words}>
              <b>{promise.what}</b>
              <span>
                {[
                  promise.owner === null ? t.promise.team : firstName(promise.owner.name),
                  ...(promise.backup === null ? [] : [t.promise.backup(firstName(promise.backup.name))]),
                ].join(", ")}
              </span>
            </span>
            <Mark tone={risk.has(promise.id) ? "risk" : "plain"} icon="clock">
              {dayAndTime(promise.due_at)}
            </Mark>
          </li>
        ))}
        <li class={css.promise}>
          <span class={css.calm}>
            <Icon name="check" />
          </span>
          <span class={css.words}>
            <b>{t.wall.keptToday(shown.kept)}</b>
            <span>{t.wall.lateToday(shown.late, shown.broken)}</span>
          </span>
        </li>
      </ul>
    </section>
  );
};
