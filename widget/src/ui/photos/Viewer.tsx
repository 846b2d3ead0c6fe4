import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n.ts";
import { honest } from "../../links.ts";
import type { Chat } from "../../model.ts";
import { keepInside } from "../focus.ts";
import { Chevron, Close } from "../icons.tsx";
import { viewed } from "./viewed.ts";
import css from "./viewer.module.css";

/** A photo in full. Escape closes it alone, arrows turn to the next, and focus returns to where it was. */
export const Viewer = ({ chat }: { chat: Chat }) => {
  const box = useRef<HTMLDivElement>(null);
  const now = viewed.value;
  const isOpen = now !== null;
  useEffect(() => {
    if (!isOpen) return;
    const before = document.activeElement as HTMLElement | null;
    box.current?.querySelector("button")?.focus();
    return () => before?.focus();
  }, [isOpen]);
  const photo = now?.photos[now.at];
  if (now === null || photo === undefined) return null;
  const count = now.photos.length;
  const turn = (by: number): void => void (viewed.value = { ...now, at: (now.at + by + count) % count });
  const close = (): void => void (viewed.value = null);
  const name = photo.alt === "" ? t("photo") : honest(photo.alt);
  return (
    <div
      ref={box}
      class={css.viewer}
      role="dialog"
      aria-modal="true"
      aria-label={name}
      onKeyDown={(key) => {
        if (key.key === "Tab") keepInside(key, box.current);
        if (key.key === "Escape") close();
        if (count > 1 && key.key === "ArrowRight") turn(1);
        if (count > 1 && key.key === "ArrowLeft") turn(-1);
        key.stopPropagation();
      }}
      onClick={(click) => click.target === click.currentTarget && close()}
    >
      <button type="button" class={css.close} aria-label={t("photoClose")} onClick={close}>
        <Close />
      </button>
      <img class={css.picture} src={(photo.id !== null && chat.photoUrls.value[photo.id]) || photo.src} alt={name} />
      {count > 1 && (
        <p class={css.turns}>
          <button type="button" class={css.before} aria-label={t("photoBefore")} onClick={() => turn(-1)}>
            <Chevron />
          </button>
          <span>
            {now.at + 1} / {count}
          </span>
          <button type="button" aria-label={t("photoNext")} onClick={() => turn(1)}>
            <Chevron />
          </button>
        </p>
      )}
      {photo.alt !== "" && (
        <p class={css.caption} dir="auto">
          {name}
        </p>
      )}
    </div>
  );
};
