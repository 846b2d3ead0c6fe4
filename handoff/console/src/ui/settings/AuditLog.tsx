import { useEffect } from "preact/hooks";
import type { AuditLine } from "@client/protocol.gen";
import { t } from "../../i18n";
import { dayAndTime } from "../../model/moments";
import type { Office } from "../../model/office";
import { fullTime } from "../../model/times";
import { Button, Skeleton } from "../Bits";
import css from "./AuditLog.module.css";
import page from "./Page.module.css";

/** Who did what, when, to what, from where. */
export const AuditLog = ({ office }: { office: Office }) => {
  const { audit } = office;
  const lines = audit.lines.value;
  useEffect(() => void audit.load(), [audit]);
  return (
    <div class={css.wide}>
      <header class={page.head}>
        <h2>{t.people.settings.audit}</h2>
        <p>{t.people.audit.lead}</p>
        <div class={page.acts}>
          <a class={css.csv} href="/api/admin/audit.csv" download="audit.csv">
            {t.people.audit.csv}
          </a>
        </div>
      </header>
      {audit.act.problem.value !== null && (
        <p class={page.problem} role="alert">
          {audit.act.problem.value}
        </p>
      )}
      {lines.length === 0 ? (
        <Skeleton rows={6} label={t.people.settings.loading} />
      ) : (
        <section class={page.card} aria-label={t.people.settings.audit}>
          <table class={css.table}>
            <thead>
              <tr>
                <th scope="col">{t.people.audit.when}</th>
                <th scope="col">{t.people.audit.who}</th>
                <th scope="col">{t.people.audit.did}</th>
                <th scope="col">{t.people.audit.from}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <Line key={line.id} line={line} />
              ))}
            </tbody>
          </table>
          {audit.more.value && (
            <Button disabled={audit.act.busy.value} onClick={() => void audit.load(true)}>
              {t.people.audit.more}
            </Button>
          )}
        </section>
      )}
    </div>
  );
};

const Line = ({ line }: { line: AuditLine }) => (
  <tr>
    <td class={css.when}>
      <time dateTime={line.at} title={fullTime(line.at)}>
        {dayAndTime(line.at)}
      </time>
    </td>
    <td class={css.who}>{line.who}</td>
    <td>
      {t.people.audit.deeds[line.did] ?? line.did}{" "}
      {line.did === "conversation.taken_over" ? (
        <a href={`#/all/${line.about}`}>{t.people.audit.conversation}</a>
      ) : OWN.has(line.did) ? (
        ""
      ) : (
        <b>{line.about}</b>
      )}
      {differences(line).map((words) => (
        <small key={words} class={css.change}>
          {words}
        </small>
      ))}
    </td>
    <td class={css.from}>{line.address}</td>
  </tr>
);

/** Deeds about oneself: to name the account again says nothing. */
const OWN = new Set(["signed_in", "came_in", "password.changed", "recovery_code.used", "second_step.set_up"]);

/** What was changed, in words: "role agent → supervisor". */
function differences({ before, after }: AuditLine): string[] {
  if (isRecord(before) && after === null) return Object.values(before).map((value) => t.people.audit.fromWhom(word(value)));
  if (!isRecord(after)) return Array.isArray(before) || Array.isArray(after) ? [change(before, after)] : [];
  const was = isRecord(before) ? before : {};
  return Object.keys(after)
    .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(after[key]))
    .map((key) => key === "device" ? word(after[key]) : `${key} ${isRecord(before) ? change(was[key], after[key]) : word(after[key])}`);
}

const change = (before: unknown, after: unknown): string => t.people.audit.change(word(before), word(after));

const word = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(", ") || "–" : value === null || value === undefined ? "–" : String(value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
