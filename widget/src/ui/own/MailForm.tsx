import { useId, useState } from "preact/hooks";
import { t } from "../../i18n.ts";
import { faultOf } from "../cards/faults.ts";
import { enterPanel } from "../focus.ts";
import css from "../waiting/choices.module.css";
import { problemWords } from "./problems.ts";

interface Props {
  email: string;
  /** The button's word. */
  act: string;
  /** What rejects is said as it is. */
  onSend: (email: string) => Promise<void>;
}

/** An e-mail address, and what is done with it. */
export const MailForm = ({ email: known, act, onSend }: Props) => {
  const id = useId();
  const [email, setEmail] = useState(known);
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    const wrong = faultOf({ kind: "email", required: true }, email);
    setFault(wrong === null ? "" : t(wrong));
    if (wrong !== null || isBusy) return void document.getElementById(id)?.focus();
    setBusy(true);
    try {
      await onSend(email.trim());
      enterPanel();
    } catch (error) {
      setFault(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(submit) => {
        submit.preventDefault();
        void send();
      }}
    >
      <div class={css.line}>
        <div class={css.fieldBox}>
          <label for={id} class={css.spoken}>
            {t("emailField")}
          </label>
          <input
            id={id}
            class={css.input}
            type="email"
            autocomplete="email"
            placeholder={t("emailField")}
            value={email}
            aria-invalid={fault !== ""}
            aria-describedby={fault === "" ? undefined : `${id}-fault`}
            onInput={(input) => setEmail(input.currentTarget.value)}
          />
        </div>
        <button type="submit" class={css.quiet} disabled={isBusy}>
          {act}
        </button>
      </div>
      {fault !== "" && (
        <p class={css.fault} id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </form>
  );
};
