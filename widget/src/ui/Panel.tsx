import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { Choosing, filesOf } from "../photos/choosing.ts";
import { Banner } from "./Banner.tsx";
import { Composer } from "./Composer.tsx";
import { keepInside, writeStray } from "./focus.ts";
import { Header } from "./Header.tsx";
import { Home } from "./Home.tsx";
import { Clip } from "./icons.tsx";
import { lazily } from "./lazy.tsx";
import { MessageList } from "./MessageList.tsx";
import { Consent, Notice } from "./Notice.tsx";
import { ownData } from "./own/page.ts";
import css from "./panel.module.css";
import { viewed } from "./photos/viewed.ts";

const Viewer = lazily(async () => (await import("./photos/Viewer.tsx")).Viewer);
const OwnData = lazily(async () => (await import("./own/OwnData.tsx")).OwnData);

/** The whole widget. `onClose` is null when the frame stands alone in a tab. */
export const Panel = ({ chat, isFull, onClose }: { chat: Chat; isFull: boolean; onClose: (() => void) | null }) => {
  const choosing = useMemo(() => new Choosing(chat), [chat]);
  const [isOver, setOver] = useState(false);
  const hasFiles = (drag: DragEvent): boolean => choosing.isOpen && (drag.dataTransfer?.types.includes("Files") ?? false);
  const isFirst = chat.isEmpty.value && chat.isKnown.value;
  const mustConsent = chat.mustConsent.value;
  // Of the document: as long as nothing in the panel has focus, keys are told to none of its elements.
  useEffect(() => {
    const hear = (key: KeyboardEvent): void => {
      if (key.key === "Escape" && !key.isComposing) onClose?.();
      if (key.key === "Tab" && isFull) keepInside(key);
      writeStray(key);
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [isFull, onClose]);
  return (
    <main
      class={css.panel}
      data-alone={onClose === null}
      aria-label={chat.site.value === null ? t("chat") : t("chatWith", { brand: chat.site.value.name })}
      onDragOver={(drag) => {
        if (!hasFiles(drag)) return;
        drag.preventDefault();
        setOver(true);
      }}
      onDragLeave={(drag) => drag.relatedTarget === null && setOver(false)}
      onDrop={(drop) => {
        setOver(false);
        if (!hasFiles(drop)) return;
        drop.preventDefault();
        void choosing.take(filesOf(drop.dataTransfer));
      }}
    >
      <Header chat={chat} onClose={onClose} />
      {chat.isErased.value ? (
        <Erased />
      ) : (
        <>
          {!mustConsent && <Banner chat={chat} />}
          {isFirst || mustConsent ? <Home chat={chat} /> : <MessageList chat={chat} />}
          {mustConsent ? <Consent chat={chat} /> : <Composer chat={chat} choosing={choosing} />}
          {isFirst && !mustConsent && <Notice chat={chat} />}
        </>
      )}
      {isOver && (
        <p class={css.drop} aria-hidden="true">
          <Clip size={24} />
          {t("dropHere")}
        </p>
      )}
      {ownData.value !== null && <OwnData chat={chat} />}
      {viewed.value !== null && <Viewer chat={chat} />}
    </main>
  );
};

/** After the visitor had everything deleted: nothing is asked of the server before a new chat is wished for. */
const Erased = () => (
  <section class={css.erased} role="status">
    <p>{t("erased")}</p>
    <button type="button" class={css.anew} onClick={() => location.reload()}>
      {t("startAnew")}
    </button>
  </section>
);
