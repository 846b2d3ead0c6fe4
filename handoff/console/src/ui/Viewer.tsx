import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import { Button } from "./Bits";
import css from "./Viewer.module.css";

/** The photos of a conversation, one at a time and large. Arrows go from one to the next, Escape closes. */
export const Viewer = ({ conversation }: { conversation: Conversation }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const gone = useSignal<string | null>(null);
  const photos = conversation.messages.value.flatMap((message) => message.attachments);
  const at = photos.findIndex((photo) => photo.id === conversation.viewed.value);
  const photo = photos[at];
  const open = photo !== undefined;
  useLayoutEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  if (photo === undefined) return null;
  const close = (): void => {
    conversation.viewed.value = null;
  };
  const go = (step: 1 | -1): void => {
    const next = photos[at + step];
    if (next !== undefined) conversation.viewed.value = next.id;
  };
  return (
    <dialog
      ref={dialog}
      class={css.viewer}
      aria-label={t.labels.viewer}
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : null;
        if (step !== null) go(step);
      }}
    >
      <div class={css.head}>
        <p role="status">{t.labels.photo(at + 1, photos.length)}</p>
        <a href={photo.url} target="_blank" rel="noopener noreferrer">
          {t.labels.open}
        </a>
        <Button look="bare" icon="close" label={t.actions.close} onClick={close} />
      </div>
      {gone.value === photo.id ? (
        <p class={css.gone}>{t.labels.gone}</p>
      ) : (
        <img
          key={photo.id}
          class={css.photo}
          src={photo.url}
          alt={photo.alt ?? t.thread.photo}
          width={photo.width}
          height={photo.height}
          onError={() => (gone.value = photo.id)}
        />
      )}
      {photos.length > 1 && (
        <div class={css.steps}>
          <Button icon="back" label={t.labels.previous} disabled={at === 0} onClick={() => go(-1)} />
          <span class={css.next}>
            <Button icon="back" label={t.labels.next} disabled={at === photos.length - 1} onClick={() => go(1)} />
          </span>
        </div>
      )}
    </dialog>
  );
};
