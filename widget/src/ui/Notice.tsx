import { useState } from "preact/hooks";
import { t } from "../i18n.ts";
import { honest, webUrl } from "../links.ts";
import type { Chat } from "../model.ts";
import { Site } from "../site.ts";
import css from "./notice.module.css";

/** What the site says of the visitor's data, in one line under the field, before the first message. */
export const Notice = ({ chat }: { chat: Chat }) => {
  const words = noticeOf(chat);
  if (words === null) return null;
  return (
    <p class={css.notice}>
      {honest(words)} <More chat={chat} />
    </p>
  );
};

/** The site keeps nothing before the visitor agrees: this stands where one would write. */
export const Consent = ({ chat }: { chat: Chat }) => {
  const [hasFailed, setFailed] = useState(false);
  const agree = (): void => {
    setFailed(false);
    chat.agree().then(
      () => requestAnimationFrame(() => document.querySelector<HTMLElement>("textarea")?.focus()),
      () => setFailed(true),
    );
  };
  return (
    <section class={css.consent} aria-labelledby="consent">
      <h2 class={css.title} id="consent">
        {t("consentTitle")}
      </h2>
      <p>
        {honest(noticeOf(chat) ?? "")} <More chat={chat} />
      </p>
      <button type="button" class={css.agree} onClick={agree}>
        {t("consentAgree")}
      </button>
      {hasFailed && (
        <p class={css.fault} role="alert">
          {t("tryInAMoment")}
        </p>
      )}
    </section>
  );
};

const noticeOf = (chat: Chat): string | null => (chat.site.value === null ? null : Site.speaking(chat.site.value).notice);

const More = ({ chat }: { chat: Chat }) => {
  const href = webUrl(chat.site.value?.privacy_url ?? null);
  if (href === null) return null;
  return (
    <a class={css.more} href={href} target="_blank" rel="noopener noreferrer" title={t("opensTab")}>
      {t("howWeUse")}
    </a>
  );
};
