import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { TeamLine } from "@client/protocol.gen";
import { t } from "../../i18n";
import type { Office } from "../../model/office";
import type { Team as Model } from "../../model/team";
import { Button } from "../Bits";
import page from "./Page.module.css";
import { Missing, Problem } from "./People";

/** Teams that a conversation can be passed to, and who is on them. */
export const Teams = ({ office }: { office: Office }) => {
  const { team } = office;
  const teams = team.teams.value;
  const open = useSignal<string | null>(null);
  useEffect(() => void team.load(), [team]);
  if (teams === null) return <Missing team={team} />;
  const key = (one: TeamLine): string => `${one.site}/${one.name}`;
  const close = (): void => {
    open.value = null;
  };
  return (
    <div>
      <header class={page.head}>
        <h2>{t.people.settings.teams}</h2>
        <p>{t.people.teams.lead}</p>
        <div class={page.acts}>
          <Button look="primary" icon="people" onClick={() => (open.value = "")}>
            {t.people.teams.add}
          </Button>
        </div>
      </header>
      <Problem team={team} />
      {open.value === "" && (
        <section class={page.card} aria-label={t.people.teams.add}>
          <Edit team={team} line={null} onDone={close} />
        </section>
      )}
      <section class={page.card} aria-label={t.people.settings.teams}>
        {teams.length === 0 && <p class={page.meta}>{t.people.teams.none}</p>}
        <ul>
          {teams.map((one) => (
            <li key={key(one)} class={page.line}>
              <div class={page.who}>
                <b>{one.name}</b>
                <small>
                  {one.site} · {one.members.length === 0 ? t.people.teams.nobody : one.members.map((email) => nameOf(team, email)).join(", ")}
                </small>
              </div>
              <Button small label={t.people.team.edit(one.name)} onClick={() => (open.value = open.value === key(one) ? null : key(one))}>
                {t.people.team.change}
              </Button>
              {open.value === key(one) && <Edit team={team} line={one} onDone={close} />}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
};

const Edit = ({ team, line, onDone }: { team: Model; line: TeamLine | null; onDone: () => void }) => {
  const name = useRef<HTMLInputElement>(null);
  const site = useSignal(line?.site ?? team.list.value?.sites[0]?.key ?? "");
  const members = useSignal<readonly string[]>(line?.members ?? []);
  useEffect(() => name.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = { site: site.value, name: line?.name ?? name.current?.value ?? "", members: [...members.value] };
    void team.putTeam(wanted).then((good) => good && onDone());
  };
  const able = (team.list.value?.people ?? []).filter((person) => person.sites.includes(site.value) && !person.disabled);
  return (
    <form class={page.form} onSubmit={submit} noValidate>
      {line === null && (
        <div class={page.row}>
          <label class={page.field}>
            {t.people.teams.name}
            <input ref={name} maxLength={80} autocomplete="off" />
          </label>
          <label class={page.field}>
            {t.people.teams.site}
            <select
              value={site.value}
              onChange={(event) => {
                site.value = event.currentTarget.value;
                members.value = [];
              }}
            >
              {team.list.value?.sites.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <fieldset class={page.ticks}>
        <legend>{t.people.teams.members}</legend>
        {able.map((person) => (
          <label key={person.id} class={page.tick}>
            <input
              type="checkbox"
              checked={members.value.includes(person.email)}
              onChange={(event) =>
                (members.value = event.currentTarget.checked
                  ? [...members.value, person.email]
                  : members.value.filter((email) => email !== person.email))
              }
            />
            {person.name}
          </label>
        ))}
      </fieldset>
      <div class={page.acts}>
        <Button type="submit" look="primary" disabled={team.act.busy.value}>
          {t.people.teams.save}
        </Button>
        <Button look="bare" onClick={onDone}>
          {t.people.team.cancel}
        </Button>
        {line !== null && (
          <Button onClick={() => void team.removeTeam(line.site, line.name).then((good) => good && onDone())}>
            {t.people.teams.remove}
          </Button>
        )}
      </div>
    </form>
  );
};

const nameOf = (team: Model, email: string): string =>
  team.list.value?.people.find((person) => person.email === email)?.name ?? email;
