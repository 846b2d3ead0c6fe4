import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Enrolment } from "@client/protocol.gen";
import { t } from "../../i18n";
import type { Own } from "../../model/own";
import { Button } from "../Bits";
import { Icon } from "../Icon";
import css from "./Enrol.module.css";
import page from "./Page.module.css";

/** Setting a second step up, in three steps: password, picture and code, recovery codes. */
export const Enrol = ({ own, onDone, onLeave }: { own: Own; onDone: () => void; onLeave?: () => void }) => {
  const begun = useSignal<Enrolment | null>(null);
  const codes = useSignal<readonly string[] | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const problem = own.step.problem.value;

  const begin = (event: Event): void => {
    event.preventDefault();
    void own.begin(field.current?.value ?? "").then((enrolment) => {
      begun.value = enrolment;
      if (field.current !== null && enrolment !== null) field.current.value = "";
      field.current?.focus();
    });
  };
  const confirm = (event: Event): void => {
    event.preventDefault();
    if (begun.value === null) return;
    void own.confirm(begun.value.ticket, field.current?.value ?? "").then((given) => {
      codes.value = given;
      if (given === null) field.current?.select();
    });
  };

  if (codes.value !== null) return <Codes codes={codes.value} onDone={onDone} />;
  return (
    <form class={page.form} onSubmit={begun.value === null ? begin : confirm} noValidate>
      {problem !== null && (
        <p class={page.problem} role="alert">
          <Icon name="triangle" />
          {problem}
        </p>
      )}
      {begun.value === null ? (
        <label class={page.field}>
          {t.people.enrol.prove}
          <input ref={field} key="password" type="password" autocomplete="current-password" />
        </label>
      ) : (
        <>
          <div class={css.scan}>
            <Picture rows={begun.value.qr} />
            <div class={css.words}>
              <p>{t.people.enrol.scan}</p>
              <p class={page.meta}>{t.people.enrol.secret}</p>
              <p class={page.mono}>{(begun.value.secret.match(/.{1,4}/g) ?? []).join(" ")}</p>
            </div>
          </div>
          <label class={page.field}>
            {t.people.enrol.code}
            <input ref={field} key="code" inputMode="numeric" autocomplete="one-time-code" spellcheck={false} />
          </label>
        </>
      )}
      <div class={page.acts}>
        <Button type="submit" look="primary" disabled={own.step.busy.value}>
          {begun.value === null ? t.people.enrol.begin : t.people.enrol.confirm}
        </Button>
        {onLeave !== undefined && (
          <Button look="bare" onClick={onLeave}>
            {t.people.team.cancel}
          </Button>
        )}
      </div>
    </form>
  );
};

/** A QR code, drawn: dark on white in either scheme, which is what cameras read. */
const Picture = ({ rows }: { rows: readonly string[] }) => {
  const size = rows.length;
  const path = rows
    .flatMap((row, y) => [...row].map((dot, x) => (dot === "1" ? `M${x + 4} ${y + 4}h1v1h-1z` : "")))
    .join("");
  return (
    <svg class={css.picture} viewBox={`0 0 ${size + 8} ${size + 8}`} role="img" aria-label={t.people.enrol.scan}>
      <path d={path} />
    </svg>
  );
};

const Codes = ({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) => {
  const copied = useSignal(false);
  return (
    <div class={page.form}>
      <h3>{t.people.enrol.codesTitle}</h3>
      <p class={page.lead}>{t.people.enrol.codesLead}</p>
      <ul class={css.codes}>
        {codes.map((code) => (
          <li key={code} class={page.mono}>
            {code}
          </li>
        ))}
      </ul>
      <div class={page.acts}>
        <Button
          onClick={() => void navigator.clipboard.writeText(codes.join("\n")).then(() => (copied.value = true))}
        >
          {copied.value ? t.people.enrol.copied : t.people.enrol.copy}
        </Button>
        <Button look="primary" onClick={onDone}>
          {t.people.enrol.done}
        </Button>
      </div>
    </div>
  );
};
