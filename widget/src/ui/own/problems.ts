import { t } from "../../i18n.ts";
import { Refused } from "../../rest.ts";

/** What the visitor reads when something beside the conversation went another way. */
export function problemWords(error: unknown, brand = ""): string {
  if (error instanceof Refused && error.code === "identity_required") return t("signInFirst", { brand });
  return t("tryInAMoment");
}
