import { useState } from "preact/hooks";
import { currentLocale, type Key, t } from "../../i18n.ts";
import { honest } from "../../links.ts";
import type { Chat } from "../../model.ts";
import type { Parcel } from "../../photos/shot.ts";
import type { ShownPhoto } from "../../timeline.ts";
import { keepingFocus } from "../focus.ts";
import { Again, Alert, Close } from "../icons.tsx";
import css from "./photos.module.css";
import { viewed } from "./viewed.ts";

/** The photos of a message. Each opens in full; those that still go show how far they are, and can be stopped. */
export const Photos = ({ photos, parcel, chat }: { photos: readonly ShownPhoto[]; parcel: Parcel | null; chat: Chat }) => (
  <>
    {photos.map((photo, at) => (
      // By its place: a photo that arrives stays the one that was sent, and keeps the focus.
      <div key={at} class={css.box} data-state={parcel?.state} data-many={photos.length > 1}>
        <Thumbnail photo={photo} chat={chat} onOpen={() => (viewed.value = { photos, at })} />
        {parcel !== null && at === photos.length - 1 && <Going parcel={parcel} chat={chat} />}
      </div>
    ))}
    {parcel?.state === "stopped" && (
      <p class={css.stopped} role="alert">
        <Alert size={14} />
        <span>{stoppedWords(parcel)}</span>
      </p>
    )}
  </>
);

const Thumbnail = ({ photo, chat, onOpen }: { photo: ShownPhoto; chat: Chat; onOpen: () => void }) => {
  const src = (photo.id !== null && chat.photoUrls.value[photo.id]) || photo.src;
  const [gone, setGone] = useState("");
  const alt = honest(photo.alt);
  if (gone === src) {
    return (
      <button
        type="button"
        class={css.gone}
        onClick={() => {
          setGone("");
          if (photo.id !== null) void chat.renewPhotos(photo.id);
        }}
      >
        <Again size={16} />
        {t("photoAgain")}
      </button>
    );
  }
  return (
    <button type="button" class={css.photo} aria-label={alt === "" ? t("photoOpen") : `${t("photoOpen")}: ${alt}`} onClick={onOpen}>
      <img
        src={src}
        alt=""
        loading="lazy"
        onError={() => {
          // Its link has ended: the first time that is mended without a word.
          setGone(src);
          if (photo.id !== null) void chat.renewPhotos(photo.id);
        }}
      />
    </button>
  );
};

const Going = ({ parcel, chat }: { parcel: Parcel; chat: Chat }) => {
  const share = percent(parcel.share);
  return (
    <>
      {parcel.state === "stopped" ? (
        <button type="button" class={css.again} onClick={keepingFocus(() => chat.sendAgain(parcel.clientId))}>
          <Again size={16} />
          {t("sendAgain")}
        </button>
      ) : (
        <progress class={css.bar} max={1} value={parcel.share} aria-label={t("photoSending", { share })} />
      )}
      <button type="button" class={css.cancel} aria-label={t("photoCancel")} onClick={keepingFocus(() => chat.discard(parcel.clientId))}>
        <Close size={16} />
      </button>
    </>
  );
};

/** The server's codes in our words; what is not among them is worth another try. */
const PROBLEMS: Record<string, Key> = { uploads_off: "photoOff", too_many_photos: "photoMany", unavailable: "photoRoom" };

function stoppedWords({ problem, share }: Parcel): string {
  const known = PROBLEMS[problem];
  return known === undefined ? t("photoStopped", { share: percent(share) }) : t("photoRefused", { problem: t(known) });
}

function percent(share: number): string {
  return new Intl.NumberFormat(currentLocale(), { style: "percent", maximumFractionDigits: 0 }).format(share);
}
