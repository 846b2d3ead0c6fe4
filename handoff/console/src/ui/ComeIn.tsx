import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Account } from "../model/account";
import { Icon } from "./Icon";
import { Logo } from "./Logo";
import { Motorcycle } from "./Motorcycle";
import css from "./SignIn.module.css";

/** Where a one-time link leads: name and password are set, and whoever came is in. */
export const ComeIn = ({ account, link }: { account: Account; link: string }) => {
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const guest = account.guest.value;
  const problem = account.problem.value;

  useEffect(() => (name.current?.value === "" ? name : password).current?.focus(), [link, guest]);

  const submit = (event: Event): void => {
    event.preventDefault();
    void account.comeIn(name.current?.value ?? "", password.current?.value ?? "").then(() => password.current?.focus());
  };

  return (
    <div class={css.page}>
      <main class={css.side}>
        <p class={css.brand}>
          <Logo />
          {t.product}
        </p>
        {guest === "ended" ? (
          <div class={css.form} role="alert">
            <h1 class={css.title}>{t.people.comeIn.ended}</h1>
            <p class={css.lead}>{t.people.comeIn.endedNext}</p>
            <button type="button" class={css.submit} onClick={() => account.leaveLink()}>
              {t.people.comeIn.toSignIn}
            </button>
          </div>
        ) : guest === null ? (
          <div class={css.form} role="status">
            <p class={css.lead}>{problem ?? t.people.comeIn.looking}</p>
          </div>
        ) : (
          <form class={css.form} onSubmit={submit} noValidate>
            <h1 class={css.title}>{guest.invited ? t.people.comeIn.title : t.people.comeIn.titleAgain}</h1>
            <p class={css.lead}>{guest.invited ? t.people.comeIn.lead : t.people.comeIn.leadAgain}</p>
            {problem !== null && (
              <p class={css.problem} role="alert" id="come-in-problem">
                <Icon name="triangle" />
                {problem}
              </p>
            )}
            <label class={css.label} for="come-in-name">
              {t.people.comeIn.name}
            </label>
            <input
              ref={name}
              id="come-in-name"
              class={css.field}
              name="name"
              autocomplete="name"
              spellcheck={false}
              defaultValue={guest.name}
            />
            <input type="email" name="email" autocomplete="username" value={guest.email} readOnly hidden />
            <label class={css.label} for="come-in-password">
              {t.people.comeIn.password}
            </label>
            <input
              ref={password}
              id="come-in-password"
              class={css.field}
              type="password"
              name="password"
              autocomplete="new-password"
              aria-describedby="come-in-hint"
            />
            <p class={css.note} id="come-in-hint">
              {t.people.comeIn.passwordHint}
            </p>
            <button class={css.submit} type="submit" aria-disabled={account.busy.value}>
              {account.busy.value
                ? t.people.comeIn.busy
                : guest.invited
                  ? t.people.comeIn.submit
                  : t.people.comeIn.submitAgain}
            </button>
          </form>
        )}
      </main>
      <aside class={css.picture}>
        <Motorcycle />
        <p class={css.motto}>{t.signIn.motto}</p>
      </aside>
    </div>
  );
};
