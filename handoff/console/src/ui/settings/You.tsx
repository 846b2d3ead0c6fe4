import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { OwnAccount, SessionLine } from "@client/protocol.gen";
import { t } from "../../i18n";
import { dayAndTime } from "../../model/moments";
import type { Office } from "../../model/office";
import { Avatar, Button, Mark, Skeleton } from "../Bits";
import { Icon } from "../Icon";
import { Enrol } from "./Enrol";
import page from "./Page.module.css";

/** One's own account: password, second step, where it is signed in. */
export const You = ({ office }: { office: Office }) => {
  const { own } = office;
  const account = own.account.value;
  useEffect(() => void own.load(), [own]);
  if (account === null) {
    return own.failed.value ? (
      <p class={page.lead}>
        {t.people.settings.failed} <Button onClick={() => void own.load()}>{t.people.settings.again}</Button>
      </p>
    ) : (
      <Skeleton rows={4} label={t.people.settings.loading} />
    );
  }
  return (
    <div>
      <header class={page.head}>
        <Avatar name={account.name} size={40} />
        <div class={page.who}>
          <h2>{account.name}</h2>
          <p>
            {account.email}, {t.people.role[account.role]}
          </p>
        </div>
      </header>
      <Password office={office} />
      <SecondStep office={office} account={account} />
      <Sessions office={office} account={account} />
    </div>
  );
};

const Password = ({ office }: { office: Office }) => {
  const { own } = office;
  const current = useRef<HTMLInputElement>(null);
  const fresh = useRef<HTMLInputElement>(null);
  const changed = useSignal(false);
  const problem = own.password.problem.value;
  const submit = (event: Event): void => {
    event.preventDefault();
    changed.value = false;
    void office.changePassword(current.current?.value ?? "", fresh.current?.value ?? "").then((good) => {
      changed.value = good;
      if (!good) return current.current?.focus();
      for (const field of [current.current, fresh.current]) if (field !== null) field.value = "";
    });
  };
  return (
    <section class={page.card} aria-label={t.people.own.password}>
      <h3>{t.people.own.password}</h3>
      <p class={page.lead}>{t.people.own.passwordLead}</p>
      <form class={page.form} onSubmit={submit} noValidate>
        {problem !== null && (
          <p class={page.problem} role="alert">
            <Icon name="triangle" />
            {problem}
          </p>
        )}
        <div class={page.row}>
          <label class={page.field}>
            {t.people.own.current}
            <input ref={current} type="password" autocomplete="current-password" />
          </label>
          <label class={page.field}>
            {t.people.own.fresh}
            <input ref={fresh} type="password" autocomplete="new-password" />
          </label>
          <Button type="submit" disabled={own.password.busy.value}>
            {t.people.own.change}
          </Button>
        </div>
        <p class={page.meta}>{t.people.comeIn.passwordHint}</p>
        <div role="status">
          {changed.value && (
            <p class={page.good}>
              <Icon name="check" />
              {t.people.own.changed}
            </p>
          )}
        </div>
      </form>
    </section>
  );
};

const SecondStep = ({ office, account }: { office: Office; account: OwnAccount }) => {
  const { own } = office;
  const open = useSignal<"set up" | "drop" | null>(null);
  const password = useRef<HTMLInputElement>(null);
  const close = (): void => {
    open.value = null;
    own.step.problem.value = null;
    void own.load();
  };
  return (
    <section class={page.card} aria-label={t.people.own.step}>
      <h3>{t.people.own.step}</h3>
      <p class={page.lead}>
        {account.second_step ? t.people.own.stepOn(account.recovery_codes) : t.people.own.stepOff}{" "}
        {account.required && t.people.own.stepMust}
      </p>
      {open.value === "set up" ? (
        <Enrol own={own} onDone={close} onLeave={close} />
      ) : open.value === "drop" ? (
        <form
          class={page.form}
          onSubmit={(event) => {
            event.preventDefault();
            void own.drop(password.current?.value ?? "").then((done) => done && close());
          }}
        >
          {own.step.problem.value !== null && (
            <p class={page.problem} role="alert">
              <Icon name="triangle" />
              {own.step.problem.value}
            </p>
          )}
          <label class={page.field}>
            {t.people.own.dropLead}
            <input ref={password} type="password" autocomplete="current-password" />
          </label>
          <div class={page.acts}>
            <Button type="submit" disabled={own.step.busy.value}>
              {t.people.own.drop}
            </Button>
            <Button look="bare" onClick={close}>
              {t.people.team.cancel}
            </Button>
          </div>
        </form>
      ) : (
        <div class={page.acts}>
          <Button look={account.second_step ? "quiet" : "soft"} onClick={() => (open.value = "set up")}>
            {account.second_step ? t.people.own.anew : t.people.own.setUp}
          </Button>
          {account.second_step && !account.required && (
            <Button look="bare" onClick={() => (open.value = "drop")}>
              {t.people.own.drop}
            </Button>
          )}
        </div>
      )}
    </section>
  );
};

const Sessions = ({ office, account }: { office: Office; account: OwnAccount }) => (
  <section class={page.card} aria-label={t.people.own.sessions}>
    <h3>{t.people.own.sessions}</h3>
    <ul>
      {account.sessions.map((session) => (
        <Session key={session.id} session={session} onEnd={() => void office.own.end(session.id)} />
      ))}
    </ul>
    {account.sessions.length > 1 && (
      <div class={page.acts}>
        <Button onClick={() => void office.own.end(null)}>{t.people.own.endOthers}</Button>
      </div>
    )}
  </section>
);

/** One place where somebody is signed in. */
export const Session = ({ session, onEnd }: { session: SessionLine; onEnd: () => void }) => (
  <li class={page.line}>
    <div class={page.who}>
      <b>
        {session.device}
        {session.current && (
          <Mark tone="plain" icon="check">
            {t.people.own.thisOne}
          </Mark>
        )}
      </b>
      <small>
        {session.here ? t.people.own.open : t.people.own.seen(dayAndTime(session.seen_at))},{" "}
        {t.people.own.since(dayAndTime(session.created_at))}, {session.address}
      </small>
    </div>
    {!session.current && (
      <Button small label={t.people.own.endNamed(session.device)} onClick={onEnd}>
        {t.people.own.end}
      </Button>
    )}
  </li>
);
