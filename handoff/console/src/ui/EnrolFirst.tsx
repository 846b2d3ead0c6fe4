import { useMemo } from "preact/hooks";
import { t } from "../i18n";
import type { Account } from "../model/account";
import { Own } from "../model/own";
import { Logo } from "./Logo";
import { Motorcycle } from "./Motorcycle";
import { Enrol } from "./settings/Enrol";
import css from "./SignIn.module.css";

/** What somebody sees whose role signs in with a second step, until they have one. */
export const EnrolFirst = ({ account }: { account: Account }) => {
  const own = useMemo(() => new Own(account.api), [account]);
  return (
    <div class={css.page}>
      <main class={css.side}>
        <p class={css.brand}>
          <Logo />
          {t.product}
        </p>
        <div class={css.form}>
          <h1 class={css.title}>{t.people.enrol.title}</h1>
          <p class={css.lead}>{t.people.enrol.lead}</p>
          <Enrol own={own} onDone={() => void account.look()} />
          <button type="button" class={css.other} onClick={() => void account.signOut()}>
            {t.people.enrol.signOut}
          </button>
        </div>
      </main>
      <aside class={css.picture}>
        <Motorcycle />
        <p class={css.motto}>{t.signIn.motto}</p>
      </aside>
    </div>
  );
};
