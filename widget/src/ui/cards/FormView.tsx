import { useId, useRef, useState } from "preact/hooks";
import type { FormCard, FormField } from "../../client/protocol.gen.ts";
import { currentLocale, type Key, t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import { keepingFocus } from "../focus.ts";
import css from "./card.module.css";
import { faultOf } from "./faults.ts";

const TYPES: Partial<Record<FormField["kind"], "email" | "tel" | "date">> = { email: "email", phone: "tel", date: "date" };
const REMEMBERED: Partial<Record<FormField["kind"], string>> = { email: "email", phone: "tel" };

/** A few things asked at once. Sent as ordinary words; who would rather write them in the chat does that. */
export const FormView = ({ card, chat, isOver }: { card: FormCard; chat: Chat; isOver: boolean }) => {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(card.fields.map((field) => [field.name, field.value ?? ""])),
  );
  const [faults, setFaults] = useState<Record<string, Key>>({});
  const submit = (): void => {
    const found = card.fields.flatMap((field) => {
      const fault = faultOf(field, values[field.name] ?? "");
      return fault === null ? [] : [[field.name, fault] as const];
    });
    setFaults(Object.fromEntries(found));
    if (found[0] !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(found[0][0])}"]`)?.focus();
      return;
    }
    const filled = card.fields.filter((field) => (values[field.name] ?? "").trim() !== "");
    chat.say(filled.map((field) => `${field.label}: ${said(field, values[field.name] ?? "")}`).join("\n"));
  };
  if (isOver) {
    return (
      <article class={css.card} aria-label={card.title}>
        <div class={css.body}>
          <h2 class={css.what}>{card.title}</h2>
        </div>
      </article>
    );
  }
  return (
    <article class={css.card} aria-label={card.title}>
      <form
        ref={form}
        class={css.body}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          keepingFocus(submit)();
        }}
      >
        <h2 class={css.headline}>{card.title}</h2>
        {card.fields.map((field) => (
          <Field
            key={field.name}
            id={`${id}-${field.name}`}
            field={field}
            value={values[field.name] ?? ""}
            fault={faults[field.name] ?? null}
            onInput={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        <button type="submit" class={css.action}>
          {card.send ?? t("formSend")}
        </button>
      </form>
      <div class={css.foot}>
        <span>{t("formFree")}</span>
      </div>
    </article>
  );
};

interface FieldProps {
  id: string;
  field: FormField;
  value: string;
  fault: Key | null;
  onInput: (value: string) => void;
}

const Field = ({ id, field, value, fault, onInput }: FieldProps) => {
  const shared = {
    id,
    name: field.name,
    class: css.input,
    value,
    "aria-required": field.required,
    "aria-invalid": fault !== null,
    "aria-describedby": fault === null ? undefined : `${id}-fault`,
  };
  return (
    <div class={css.fieldBox}>
      <label for={id}>
        {field.label}
        {!field.required && <span class={css.optional}> {t("formOptional")}</span>}
      </label>
      {field.kind === "choice" ? (
        <select {...shared} onInput={(input) => onInput(input.currentTarget.value)}>
          <option value="" />
          {field.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          // The attributes used here are those of a text field, whichever of the kinds it is.
          type={(TYPES[field.kind] ?? "text") as "text"}
          {...(field.kind === "number" && { inputMode: "decimal" })}
          autocomplete={REMEMBERED[field.kind] ?? "off"}
          maxLength={200}
          onInput={(input) => onInput(input.currentTarget.value)}
        />
      )}
      {fault !== null && (
        <p class={css.fault} id={`${id}-fault`} role="alert">
          {t(fault)}
        </p>
      )}
    </div>
  );
};

/** As one would say it: a date in the words of the language. */
function said(field: FormField, value: string): string {
  if (field.kind !== "date") return value.trim();
  return new Date(`${value}T12:00`).toLocaleDateString(currentLocale(), { day: "numeric", month: "long", year: "numeric" });
}
