import type { Author } from "../client/protocol.gen.ts";
import { t } from "../i18n.ts";
import { firstName } from "./Header.tsx";
import css from "./typing.module.css";

/** Somebody is writing. Said once, not on every dot. */
export const Typing = ({ by }: { by: Author }) => (
  <p class={css.typing} role="status" aria-label={t("typing", { name: by.name === null ? t("assistant") : firstName(by.name) })}>
    <span />
    <span />
    <span />
  </p>
);
