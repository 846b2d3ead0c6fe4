import { t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { Banner } from "./Banner.tsx";
import { Composer } from "./Composer.tsx";
import { Header } from "./Header.tsx";
import { Home } from "./Home.tsx";
import { MessageList } from "./MessageList.tsx";
import css from "./panel.module.css";
import { keepInside } from "./focus.ts";

/** The whole widget. `onClose` is null when the frame stands alone in a tab. */
export const Panel = ({ chat, isFull, onClose }: { chat: Chat; isFull: boolean; onClose: (() => void) | null }) => (
  <main
    class={css.panel}
    aria-label={chat.site.value === null ? t("chat") : t("chatWith", { brand: chat.site.value.name })}
    onKeyDown={(key) => {
      if (key.key === "Escape" && !key.isComposing) onClose?.();
      if (key.key === "Tab" && isFull) keepInside(key);
    }}
  >
    <Header chat={chat} onClose={onClose} />
    <Banner chat={chat} />
    {chat.isEmpty.value && chat.isKnown.value ? <Home chat={chat} /> : <MessageList chat={chat} />}
    <Composer chat={chat} />
  </main>
);
