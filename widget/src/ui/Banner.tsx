import { useEffect, useState } from "preact/hooks";
import type { LinkState } from "../client/socket.ts";
import { type Key, t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import css from "./banner.module.css";
import { Again, Info, Unlinked } from "./icons.tsx";
import { ownData } from "./own/page.ts";

/** Short blips are nobody's business. Milliseconds. */
const GRACE = 1_500;

/** What is the matter with the link, and what happens next; nothing while all is well. */
export const Banner = ({ chat }: { chat: Chat }) => {
  const link = chat.link.value;
  const isDue = useDue(link);
  const waiting = chat.pending.value.filter((p) => p.state === "queued" || p.state === "sending").length;
  if (link.kind === "stopped") {
    return (
      <div class={css.banner} role="status">
        <Unlinked size={16} />
        <p>
          <b>{t("stopped")}</b> {t(stoppedWords(link.code))}{" "}
          <button type="button" class={css.again} onClick={() => chat.tryAgain()}>
            <Again size={14} />
            {t("tryAgain")}
          </button>
        </p>
      </div>
    );
  }
  return (
    <div role="status">
      {!isDue && !chat.lasts && !chat.isEmpty.value && (
        <div class={css.banner}>
          <Info size={16} />
          <p>
            {t("keptHere")}{" "}
            {chat.site.value?.mail && (
              <button type="button" class={css.again} data-menu onClick={() => (ownData.value = "link")}>
                {t("mailSelf")}
              </button>
            )}
          </p>
        </div>
      )}
      {isDue && (
        <div class={css.banner}>
          <Unlinked size={16} />
          <p>
            <b>{t(navigator.onLine ? "reconnecting" : "offline")}</b> {keptWords(waiting)}
          </p>
        </div>
      )}
    </div>
  );
};

function keptWords(waiting: number): string {
  const [kept, nothing]: [Key, Key] = navigator.onLine
    ? ["reconnectingKept", "reconnectingNothing"]
    : ["offlineKept", "offlineNothing"];
  return waiting > 0 ? t(kept, { count: waiting }) : t(nothing);
}

function stoppedWords(code: number): Key {
  const known: Record<number, Key> = { 4503: "stoppedOrigin", 4505: "stoppedVersion", 4508: "stoppedBlocked" };
  return known[code] ?? "stoppedOther";
}

/** True once the link has been away for longer than a blip. */
function useDue(link: LinkState): boolean {
  const lostAt = link.kind === "offline_since" ? link.at : null;
  const [dueFor, setDueFor] = useState<number | null>(null);
  useEffect(() => {
    if (lostAt === null) return;
    const timer = setTimeout(() => setDueFor(lostAt), Math.max(0, lostAt + GRACE - Date.now()));
    return () => clearTimeout(timer);
  }, [lostAt]);
  return lostAt !== null && dueFor === lostAt;
}
