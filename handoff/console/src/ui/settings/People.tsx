import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { PersonLine, SessionLine } from "@client/protocol.gen";
import { t } from "../../i18n";
import { dayAndTime } from "../../model/moments";
import type { Office } from "../../model/office";
import { ROLES, type RoleName } from "../../model/roles";
import type { Team as Model } from "../../model/team";
import { Avatar, Button, Mark, Skeleton } from "../Bits";
import { Icon } from "../Icon";
import page from "./Page.module.css";
import { Session } from "./You";

const AGAIN_MS = 10_000;

/** Who there is: inviting, roles, sites, sessions, and who needs a second step. */
export const People = ({ office }: { office: Office }) => {
  const { team } = office;
  const list = team.list.value;
  const inviting = useSignal(false);
  const open = useSignal<string | null>(null);
  useEffect(() => {
    void team.load();
    const again = setInterval(() => void team.load(), AGAIN_MS); // who is here changes while one looks
    return () => clearInterval(again);
  }, [team]);
  if (list === null) return <Missing team={team} />;
  return (
    <div>
      <header class={page.head}>
        <h2>{t.people.settings.people}</h2>
        <p>{t.people.team.lead(list.people.length, team.here.value)}</p>
        <div class={page.acts}>
          <Button look="primary" icon="person" onClick={() => (inviting.value = !inviting.value)}>
            {t.people.team.invite}
          </Button>
        </div>
      </header>
      {inviting.value && <Inviting team={team} onDone={() => (inviting.value = false)} />}
      <Link team={team} />
      <Problem team={team} />
      <section class={page.card} aria-label={t.people.settings.people}>
        <ul>
          {list.people.map((person) => (
            <li key={person.id} class={page.line}>
              <Avatar name={person.name} />
              <Who person={person} />
              <Button
                small
                label={t.people.team.edit(person.name)}
                onClick={() => (open.value = open.value === person.id ? null : person.id)}
              >
                {t.people.team.change}
              </Button>
              {open.value === person.id && <Edit team={team} person={person} onDone={() => (open.value = null)} />}
            </li>
          ))}
        </ul>
      </section>
      <section class={page.card} aria-label={t.people.team.rules}>
        <h3>{t.people.team.rules}</h3>
        <p class={page.lead}>{t.people.team.rulesLead}</p>
        <div class={page.ticks}>
          {ROLES.map((role) => (
            <label key={role} class={page.tick}>
              <input
                type="checkbox"
                checked={list.second_step.includes(role)}
                onChange={(event) => void team.require(role, event.currentTarget.checked)}
              />
              {t.people.role[role]}
            </label>
          ))}
        </div>
      </section>
    </div>
  );
};

export const Missing = ({ team }: { team: Model }) =>
  team.failed.value ? (
    <p class={page.lead}>
      {t.people.settings.failed} <Button onClick={() => void team.load()}>{t.people.settings.again}</Button>
    </p>
  ) : (
    <Skeleton rows={4} label={t.people.settings.loading} />
  );

export const Problem = ({ team }: { team: Model }) =>
  team.act.problem.value === null ? null : (
    <p class={page.problem} role="alert">
      <Icon name="triangle" />
      {team.act.problem.value}
    </p>
  );

const Who = ({ person }: { person: PersonLine }) => (
  <div class={page.who}>
    <b>
      {person.name}
      <Mark tone="plain">{t.people.role[person.role]}</Mark>
      {person.disabled ? (
        <Mark tone="upset" icon="lock">
          {t.people.team.closed}
        </Mark>
      ) : person.invited ? (
        <Mark tone="wait" icon="clock">
          {t.people.team.invited}
        </Mark>
      ) : (
        person.here && (
          <Mark tone="calm" icon="check">
            {t.people.team.here}
          </Mark>
        )
      )}
      {person.second_step && (
        <Mark tone="plain" icon="key">
          {t.people.team.step}
        </Mark>
      )}
    </b>
    <small>
      {[person.email, person.sites.join(", ") || t.people.team.none, ...person.teams].join(" · ")}
    </small>
  </div>
);

const Inviting = ({ team, onDone }: { team: Model; onDone: () => void }) => {
  const email = useRef<HTMLInputElement>(null);
  const role = useSignal<RoleName>("agent");
  const sites = useSignal<readonly string[]>(team.list.value?.sites.slice(0, 1).map((site) => site.key) ?? []);
  const capacity = useSignal(6);
  useEffect(() => email.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const person = { email: email.current?.value ?? "", role: role.value, sites: [...sites.value], capacity: capacity.value };
    void team.invite(person).then((good) => (good ? onDone() : email.current?.focus()));
  };
  return (
    <section class={page.card} aria-label={t.people.team.invite}>
      <h3>{t.people.team.invite}</h3>
      <form class={page.form} onSubmit={submit} noValidate>
        <div class={page.row}>
          <label class={page.field}>
            {t.people.team.email}
            <input ref={email} type="email" autocomplete="off" spellcheck={false} />
          </label>
          <RoleField role={role.value} onRole={(one) => (role.value = one)} />
          <Capacity value={capacity.value} onValue={(value) => (capacity.value = value)} />
        </div>
        <SiteTicks team={team} sites={sites.value} onSites={(keys) => (sites.value = keys)} />
        <div class={page.acts}>
          <Button type="submit" look="primary" disabled={team.act.busy.value}>
            {t.people.team.makeLink}
          </Button>
          <Button look="bare" onClick={onDone}>
            {t.people.team.cancel}
          </Button>
        </div>
      </form>
    </section>
  );
};

/** The link that was made last: to be copied and handed on. */
const Link = ({ team }: { team: Model }) => {
  const copied = useSignal(false);
  const made = team.link.value;
  if (made === null) return null;
  return (
    <section class={page.card} aria-label={t.people.team.link} aria-live="polite">
      <h3>
        {t.people.team.link}, {made.email}
      </h3>
      <p class={page.lead}>{t.people.team.linkLead(dayAndTime(made.link.ends_at))}</p>
      <div class={page.form}>
        <p class={`${page.mono} ${page.link}`} data-way-in>
          {made.link.link}
        </p>
        <div class={page.acts}>
          <Button
            look="soft"
            onClick={() => void navigator.clipboard.writeText(made.link.link).then(() => (copied.value = true))}
          >
            {copied.value ? t.people.team.copied : t.people.team.copy}
          </Button>
          <Button look="bare" onClick={() => (team.link.value = null)}>
            {t.people.team.linkDone}
          </Button>
        </div>
      </div>
    </section>
  );
};

const Edit = ({ team, person, onDone }: { team: Model; person: PersonLine; onDone: () => void }) => {
  const role = useSignal<RoleName>(person.role);
  const sites = useSignal<readonly string[]>(person.sites);
  const capacity = useSignal(person.capacity);
  const sessions = useSignal<readonly SessionLine[]>([]);
  const roleEnds = useComputed(() => role.value !== person.role && person.sessions > 0);
  const look = (): void => void team.sessionsOf(person.id).then((found) => (sessions.value = found));
  useEffect(look, [person.id]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const change = { role: role.value, sites: [...sites.value], capacity: capacity.value };
    void team.change(person.id, change).then((good) => good && onDone());
  };
  return (
    <form class={page.form} onSubmit={submit} noValidate aria-label={t.people.team.edit(person.name)}>
      <div class={page.row}>
        <RoleField role={role.value} onRole={(one) => (role.value = one)} />
        <Capacity value={capacity.value} onValue={(value) => (capacity.value = value)} />
      </div>
      {roleEnds.value && <p class={page.meta}>{t.people.team.roleEnds}</p>}
      <SiteTicks team={team} sites={sites.value} onSites={(keys) => (sites.value = keys)} />
      <div class={page.acts}>
        <Button type="submit" look="primary" disabled={team.act.busy.value}>
          {t.people.team.save}
        </Button>
        <Button look="bare" onClick={onDone}>
          {t.people.team.cancel}
        </Button>
      </div>
      {sessions.value.length > 0 && (
        <ul class={page.sessions} aria-label={t.people.own.sessions}>
          {sessions.value.map((session) => (
            <Session
              key={session.id}
              session={session}
              onEnd={() => void team.endSession(person.id, session.id).then(look)}
            />
          ))}
        </ul>
      )}
      <div class={page.acts}>
        <Button small hint={t.people.team.newLinkHint} onClick={() => void team.linkAnew(person.id, person.email)}>
          {t.people.team.newLink}
        </Button>
        {person.sessions > 0 && (
          <Button small onClick={() => void team.endSession(person.id, null).then(look)}>
            {t.people.team.endAll}
          </Button>
        )}
        {person.second_step && (
          <Button small hint={t.people.team.dropStepHint} onClick={() => void team.forgetSecondStep(person.id)}>
            {t.people.team.dropStep}
          </Button>
        )}
        <Button small onClick={() => void team.change(person.id, { disabled: !person.disabled })}>
          {person.disabled ? t.people.team.reopen : t.people.team.close}
        </Button>
      </div>
    </form>
  );
};

const RoleField = ({ role, onRole }: { role: RoleName; onRole: (role: RoleName) => void }) => (
  <label class={page.field}>
    {t.people.team.role}
    <select value={role} onChange={(event) => onRole(event.currentTarget.value as RoleName)}>
      {ROLES.map((one) => (
        <option key={one} value={one} title={t.people.roleHint[one]}>
          {t.people.role[one]}
        </option>
      ))}
    </select>
  </label>
);

const Capacity = ({ value, onValue }: { value: number; onValue: (value: number) => void }) => (
  <label class={page.field}>
    {t.people.team.capacity}
    <input
      type="number"
      min={1}
      max={50}
      value={value}
      onInput={(event) => onValue(Math.min(50, Math.max(1, event.currentTarget.valueAsNumber || 1)))}
    />
  </label>
);

const SiteTicks = ({
  team,
  sites,
  onSites,
}: {
  team: Model;
  sites: readonly string[];
  onSites: (keys: readonly string[]) => void;
}) => (
  <fieldset class={page.ticks}>
    <legend>{t.people.team.sites}</legend>
    {team.list.value?.sites.map((site) => (
      <label key={site.key} class={page.tick}>
        <input
          type="checkbox"
          checked={sites.includes(site.key)}
          onChange={(event) =>
            onSites(event.currentTarget.checked ? [...sites, site.key] : sites.filter((key) => key !== site.key))
          }
        />
        {site.name}
      </label>
    ))}
  </fieldset>
);
