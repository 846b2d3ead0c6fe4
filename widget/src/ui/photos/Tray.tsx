import { t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import type { Choosing } from "../../photos/choosing.ts";
import { enterPanel } from "../focus.ts";
import { Close } from "../icons.tsx";
import css from "./tray.module.css";

const LONGEST = 300;

/** The photos that go with the next message, each with a line for those who listen. */
export const Tray = ({ chat, choosing }: { chat: Chat; choosing: Choosing }) => (
  <ul class={css.tray} aria-label={t("photo")}>
    {chat.tray.value.map((shot, i) => (
      <li key={shot.key} class={css.row}>
        <img class={css.thumb} src={shot.picture} alt="" />
        <label class={css.about}>
          <span>{t("photoNth", { n: i + 1 })}</span>
          <input
            class={css.alt}
            maxLength={LONGEST}
            dir="auto"
            value={shot.alt}
            placeholder={`${t("photoAlt")} (${t("formOptional")})`}
            onInput={(input) => choosing.describe(shot.key, input.currentTarget.value)}
            onKeyDown={(key) => {
              // Enter sends from the field below; here it is one line's end.
              if (key.key !== "Enter" || key.isComposing) return;
              key.preventDefault();
              enterPanel();
            }}
          />
        </label>
        <button
          type="button"
          class={css.remove}
          aria-label={t("photoRemove", { n: i + 1 })}
          onClick={() => {
            choosing.remove(shot.key);
            enterPanel();
          }}
        >
          <Close size={16} />
        </button>
      </li>
    ))}
  </ul>
);
