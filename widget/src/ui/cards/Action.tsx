import type { Link } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import { webUrl } from "../../links.ts";
import css from "./card.module.css";

/** A card's one primary button. An address that is not of the web is not followed: nothing is shown. */
export const Action = ({ link }: { link: Link | null }) => {
  const href = webUrl(link?.url ?? null);
  if (link === null || href === null) return null;
  return (
    <a class={css.action} href={href} target="_blank" rel="noopener noreferrer nofollow" title={t("opensTab")}>
      {link.label}
    </a>
  );
};
