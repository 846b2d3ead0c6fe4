import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { isVisible } from "../links.ts";
import type { Chat } from "../model.ts";
import css from "./composer.module.css";
import { firstName } from "./Header.tsx";
import { ArrowUp } from "./icons.tsx";

/** How many characters before the limit the count is shown. */
const COUNT_FROM = 200;
const TALLEST = 132;

/** Where the visitor writes. Enter sends, Shift+Enter begins a line; the draft outlives a reload. */
export const Composer = ({ chat }: { chat: Chat }) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = chat.draft.value;
  const left = chat.textLimit.value - draft.length;
  useLayoutEffect(() => {
    if (field.current !== null) grow(field.current);
  }, [draft]);
  useEffect(() => {
    const measure = (): void => void (field.current !== null && grow(field.current));
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, []);

  const send = (): void => {
    if (isVisible(draft) && left >= 0) {
      chat.say(draft);
      chat.write("");
    }
    field.current?.focus();
  };
  const onKeyDown = (key: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (key.key !== "Enter" || key.shiftKey || key.isComposing) return;
    key.preventDefault();
    send();
  };

  return (
    <form
      class={css.composer}
      onSubmit={(submit) => {
        submit.preventDefault();
        send();
      }}
    >
      <div class={css.pill}>
        <textarea
          ref={field}
          class={css.field}
          rows={1}
          dir="auto"
          value={draft}
          aria-label={t("compose")}
          aria-describedby={left < COUNT_FROM ? "characters" : undefined}
          placeholder={hint(chat)}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(input) => chat.write(input.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class={css.send} aria-label={t("send")} data-ready={isVisible(draft) && left >= 0}>
          <ArrowUp size={20} />
        </button>
      </div>
      {left < COUNT_FROM && (
        <p class={css.count} id="characters" data-over={left < 0}>
          {left < 0 ? t("tooLong", { count: -left }) : t("charactersLeft", { count: left })}
        </p>
      )}
    </form>
  );
};

function hint(chat: Chat): string {
  const { status, agent } = chat.state.value;
  if (status === "human" && agent !== null) return t("composeHintPerson", { name: firstName(agent) });
  if (status === "waiting") return t("composeHintWaiting");
  return t(status === "closed" ? "composeHintClosed" : "composeHint");
}

function grow(field: HTMLTextAreaElement): void {
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${Math.min(field.scrollHeight, TALLEST)}px`);
}
