import type { FunctionComponent } from "preact";
import { t } from "../../i18n";
import type { Office } from "../../model/office";
import { atLeast, type RoleName } from "../../model/roles";
import { alerts } from "../../words/alerts";
import { hours } from "../../words/hours";
import { Icon, type IconName } from "../Icon";
import { Alerts } from "./Alerts";
import { Hours } from "./Hours";
import css from "./Settings.module.css";
import { Authority } from "./Authority";
import { AuditLog } from "./AuditLog";
import { People } from "./People";
import { Teams } from "./Teams";
import { You } from "./You";

/** A page of the settings: who may see it at least, and what draws it. */
export interface Section {
  key: string;
  title: string;
  icon: IconName;
  role: RoleName;
  Page: FunctionComponent<{ office: Office }>;
}

/** In the order in which they are listed. */
export const SECTIONS: readonly Section[] = [
  { key: "you", title: t.people.settings.you, icon: "person", role: "agent", Page: You },
  { key: "people", title: t.people.settings.people, icon: "people", role: "admin", Page: People },
  { key: "teams", title: t.people.settings.teams, icon: "wheel", role: "admin", Page: Teams },
  { key: "audit", title: t.people.settings.audit, icon: "list", role: "admin", Page: AuditLog },
  { key: "right", title: t.right.rules.section, icon: "banknote", role: "admin", Page: Authority },
  { key: "alerts", title: alerts.title, icon: "bell", role: "agent", Page: Alerts },
  { key: "hours", title: hours.title, icon: "clock", role: "supervisor", Page: Hours },
];

export const Settings = ({ office }: { office: Office }) => {
  const mine = SECTIONS.filter((each) => atLeast(office.role, each.role));
  const shown = mine.find((each) => each.key === office.section.value) ?? mine[0];
  if (shown === undefined) return null;
  return (
    <section class={css.page} aria-label={t.people.settings.title}>
      <nav class={css.sections} aria-label={t.people.settings.sections}>
        <h1 class={css.title}>{t.people.settings.title}</h1>
        <ul>
          {mine.map(({ key, title, icon }) => (
            <li key={key}>
              <button
                type="button"
                class={css.section}
                aria-current={key === shown.key ? "page" : undefined}
                onClick={() => (office.section.value = key)}
              >
                <Icon name={icon} />
                {title}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div class={css.body} key={shown.key}>
        <shown.Page office={office} />
      </div>
    </section>
  );
};
