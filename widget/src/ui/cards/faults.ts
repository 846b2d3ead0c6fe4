import type { FormField } from "../../client/protocol.gen.ts";
import type { Key } from "../../i18n.ts";

/** What is the matter with what stands in a field, as the words to say; null when all is well. */
export function faultOf(field: Pick<FormField, "kind" | "required"> & { options?: readonly string[] }, value: string): Key | null {
  const text = value.trim();
  if (text === "") return field.required ? (field.kind === "choice" ? "formPick" : "formEmpty") : null;
  switch (field.kind) {
    case "email":
      return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text) ? null : "formEmail";
    case "phone": {
      const digits = text.replace(/\D/g, "").length;
      return /^\+?[\d\s()./-]+$/.test(text) && digits >= 6 && digits <= 15 ? null : "formPhone";
    }
    case "number":
      return /^[-+]?\d+([.,]\d+)*$/.test(text) ? null : "formNumber";
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? null : "formDate";
    case "choice":
      return field.options === undefined || field.options.includes(text) ? null : "formPick";
    default:
      return null;
  }
}
