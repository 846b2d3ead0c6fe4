import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Account } from "../model/account";
import { Icon } from "./Icon";
import { Logo } from "./Logo";
import { Motorcycle } from "./Motorcycle";
import css from "./SignIn.module.css";

export const SignIn = ({ account }: { account: Account }) => {
  const code = useRef<HTMLInputElement>(null);
  const wantsCode = account.wantsCode.value;
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const capsLock = useSignal(false);
  const shown = useSignal(false);
  const problem = account.problem.value;

  useEffect(() => (wantsCode ? code : email).current?.focus(), [wantsCode]);

  const toggle = (): void => {
    shown.value = !shown.value;
    if (password.current !== null) password.current.type = shown.value ? "text" : "password";
  };

  const submit = (event: Event): void => {
    event.preventDefault();
    const typed = code.current?.value.trim() ?? "";
    void account
      .signIn(email.current?.value ?? "", password.current?.value ?? "", typed === "" ? null : typed)
      .then(() => {
        if (account.problem.value === null) return;
        if (wantsCode) code.current?.select();
        else (email.current?.value === "" ? email : password).current?.focus();
      });
  };

  return (
    <div class={css.page}>
      <main class={css.side}>
        <p class={css.brand}>
          <Logo />
          {t.product}
        </p>
        <form class={css.form} onSubmit={submit} noValidate>
          <h1 class={css.title}>{wantsCode ? t.people.code.title : t.signIn.title}</h1>
          <p class={css.lead}>{wantsCode ? t.people.code.lead : t.signIn.lead}</p>
          {problem !== null && (
            <p class={css.problem} role="alert" id="sign-in-problem">
              <Icon name="triangle" />
              {problem}
            </p>
          )}
          {wantsCode && (
            <>
              <label class={css.label} for="sign-in-code">
                {t.people.code.label}
              </label>
              <input
                ref={code}
                id="sign-in-code"
                class={css.field}
                name="code"
                inputMode="numeric"
                autocomplete="one-time-code"
                spellcheck={false}
                autocapitalize="none"
                aria-invalid={problem !== null}
                aria-describedby={problem === null ? "sign-in-code-hint" : "sign-in-problem"}
              />
              <p class={css.hint} id="sign-in-code-hint">
                {t.people.code.hint}
              </p>
            </>
          )}
          <div class={wantsCode ? css.put : css.fields}>
          <label class={css.label} for="sign-in-email">
            {t.signIn.email}
          </label>
          <input
            ref={email}
            id="sign-in-email"
            class={css.field}
            type="email"
            name="email"
            autocomplete="username"
            spellcheck={false}
            autocapitalize="none"
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? undefined : "sign-in-problem"}
          />
          <div class={css.labels}>
            <label class={css.label} for="sign-in-password">
              {t.signIn.password}
            </label>
            <button type="button" class={css.ask} onClick={() => void account.askForLink(email.current?.value ?? "")}>
              {t.people.comeIn.ask}
            </button>
          </div>
          <div class={css.passwordBox}>
            <input
              ref={password}
              id="sign-in-password"
              class={css.field}
              type="password"
              name="password"
              autocomplete="current-password"
              aria-invalid={problem !== null}
              aria-describedby={problem === null ? undefined : "sign-in-problem"}
              onKeyUp={(event) => (capsLock.value = event.getModifierState("CapsLock"))}
              onBlur={() => (capsLock.value = false)}
            />
            <button
              type="button"
              class={css.eye}
              aria-label={shown.value ? t.signIn.hide : t.signIn.show}
              aria-pressed={shown.value}
              onClick={toggle}
            >
              <Icon name="eye" size={20} />
            </button>
          </div>
          <p class={account.told.value === null ? css.hint : css.told} role="status">
            {account.told.value !== null && (
              <>
                <Icon name="check" />
                {account.told.value}
              </>
            )}
            {account.told.value === null && capsLock.value && (
              <>
                <Icon name="info" />
                {t.signIn.capsLock}
              </>
            )}
          </p>
          </div>
          <button class={css.submit} type="submit" aria-disabled={account.busy.value}>
            {account.busy.value ? t.signIn.busy : wantsCode ? t.people.code.submit : t.signIn.submit}
          </button>
          {wantsCode && (
            <button type="button" class={css.other} onClick={() => (account.wantsCode.value = false)}>
              {t.people.code.other}
            </button>
          )}
        </form>
      </main>
      <aside class={css.picture}>
        <Motorcycle />
        <p class={css.motto}>{t.signIn.motto}</p>
      </aside>
    </div>
  );
};
