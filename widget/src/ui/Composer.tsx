import type { TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n.ts";
import { isVisible } from "../links.ts";
import type { Chat } from "../model.ts";
import { type Choosing, filesOf } from "../photos/choosing.ts";
import css from "./composer.module.css";
import { firstName } from "./Header.tsx";
import { ArrowUp, Clip } from "./icons.tsx";
import { lazily } from "./lazy.tsx";

const Tray = lazily(async () => (await import("./photos/Tray.tsx")).Tray);

/** How many characters before the limit the count is shown. */
const COUNT_FROM = 200;
const TALLEST = 132;

/** Where the visitor writes. Enter sends, Shift+Enter begins a line; the draft outlives a reload. */
export const Composer = ({ chat, choosing }: { chat: Chat; choosing: Choosing }) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const hasPhotos = chat.tray.value.length > 0;
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

  const isReady = (isVisible(draft) || hasPhotos) && left >= 0 && choosing.busy.value === 0;
  const send = (): void => {
    if (isReady) {
      if (hasPhotos) chat.sayWithPhotos(draft);
      else chat.say(draft);
      chat.write("");
      choosing.fault.value = "";
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
      {hasPhotos && <Tray chat={chat} choosing={choosing} />}
      {choosing.busy.value > 0 && (
        <p class={css.word} role="status">
          {t("photoPreparing")}
        </p>
      )}
      {choosing.fault.value !== "" && (
        <p class={css.word} data-tone="upset" role="alert">
          {choosing.fault.value}
        </p>
      )}
      <div class={css.pill} data-photos={choosing.isOpen}>
        {choosing.isOpen && (
          <>
            <button type="button" class={css.clip} aria-label={t("addPhoto")} onClick={() => picker.current?.click()}>
              <Clip size={20} />
            </button>
            <input
              ref={picker}
              type="file"
              accept="image/*"
              multiple
              hidden
              onChange={(change) => {
                const { files } = change.currentTarget;
                void choosing.take([...(files ?? [])]).then(() => field.current?.focus({ preventScroll: true }));
                change.currentTarget.value = "";
              }}
            />
          </>
        )}
        <textarea
          ref={field}
          class={css.field}
          rows={1}
          dir="auto"
          value={draft}
          aria-label={t("compose")}
          aria-describedby={left < COUNT_FROM ? "characters" : undefined}
          placeholder={hint(chat, choosing.isOpen)}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(input) => chat.write(input.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={(paste) => {
            const photos = filesOf(paste.clipboardData).filter((file) => file.type.startsWith("image/"));
            if (photos.length === 0 || !choosing.isOpen) return;
            paste.preventDefault();
            void choosing.take(photos);
          }}
        />
        <button type="submit" class={css.send} aria-label={t("send")} data-ready={isReady}>
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

function hint(chat: Chat, takesPhotos: boolean): string {
  const { status, agent } = chat.state.value;
  if (status === "human" && agent !== null) return t("composeHintPerson", { name: firstName(agent) });
  if (status === "waiting") return t(takesPhotos ? "composeHintPhoto" : "composeHintWaiting");
  return t(status === "closed" ? "composeHintClosed" : "composeHint");
}

function grow(field: HTMLTextAreaElement): void {
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${Math.min(field.scrollHeight, TALLEST)}px`);
}
