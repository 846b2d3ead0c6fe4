import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { timeline } from "../timeline.ts";
import { Group } from "./Group.tsx";
import { ArrowDown } from "./icons.tsx";
import { lazily } from "./lazy.tsx";
import css from "./log.module.css";
import { Typing } from "./Typing.tsx";
import { WaitingCard } from "./WaitingCard.tsx";

const Survey = lazily(async () => (await import("./Survey.tsx")).Survey);

/** Rows drawn at first and more on each page upwards: the list stays bounded. */
const SHOWN = 60;
/** Pixels from the end within which one still counts as reading the newest. */
const NEAR = 80;

/** The conversation, newest at the foot. Follows the newest unless the visitor reads further up. */
export const MessageList = ({ chat }: { chat: Chat }) => {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const topBefore = useRef(0);
  const heightBefore = useRef(0);
  const [isAway, setAway] = useState(false);
  const [shown, setShown] = useState(SHOWN);

  const rows = timeline({
    messages: chat.messages.value.slice(-shown),
    pending: chat.pending.value,
    parcels: chat.parcels.value,
    read: chat.state.value.read,
    isOffline: chat.link.value.kind === "offline_since" || chat.link.value.kind === "stopped",
    now: new Date(),
  });
  const hasOlder = chat.messages.value.length > shown || chat.older.value !== "none";
  const unread = chat.unread.value.length;
  const newest =
    chat.parcels.value[chat.parcels.value.length - 1]?.clientId ??
    chat.pending.value[chat.pending.value.length - 1]?.command.client_id ??
    null;
  const lastOwn = rows.findLast((row) => row.kind === "group" && row.isOwn)?.key ?? null;

  const toEnd = (): void => {
    const box = scroller.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  };
  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null) return;
    // Only scrolling up leaves the newest: what grows below meanwhile does not.
    const isUp = box.scrollTop < topBefore.current - 1;
    topBefore.current = box.scrollTop;
    const isNear = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    isFollowing.current = isNear || (isFollowing.current && !isUp);
    setAway(!isFollowing.current);
    if (isFollowing.current) look(chat);
  };
  const showOlder = (): void => {
    heightBefore.current = scroller.current?.scrollHeight ?? 0;
    setShown((count) => count + SHOWN);
    if (chat.messages.value.length <= shown) void chat.loadOlder();
  };

  // What the visitor just sent is always shown.
  useLayoutEffect(() => {
    if (newest === null) return;
    isFollowing.current = true;
    toEnd();
  }, [newest]);
  // Older messages come in above; what is being read stays where it is.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || isFollowing.current || heightBefore.current === 0) return;
    const grown = box.scrollHeight - heightBefore.current;
    if (grown <= 0) return;
    box.scrollTop += grown;
    heightBefore.current = 0;
  }, [chat.messages.value, shown]);
  useEffect(() => {
    const inside = content.current;
    if (inside === null) return;
    const follow = new ResizeObserver(() => isFollowing.current && toEnd());
    follow.observe(inside);
    if (scroller.current !== null) follow.observe(scroller.current);
    return () => follow.disconnect();
  }, []);
  useEffect(() => {
    if (isFollowing.current) look(chat);
    const onVisible = (): void => void (isFollowing.current && look(chat));
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, [chat.messages.value, chat.isOpen.value]);

  return (
    <div class={css.frame}>
      {/* Scrollable by keyboard, therefore focusable. */}
      <div class={css.scroller} ref={scroller} onScroll={onScroll} tabIndex={0} role="region" aria-label={t("conversation")}>
        <div class={css.content} ref={content}>
          {hasOlder && (
            <button type="button" class={css.older} disabled={chat.older.value === "loading"} onClick={showOlder}>
              {t(chat.older.value === "loading" ? "loadingEarlier" : "earlier")}
            </button>
          )}
          {!chat.isKnown.value && <Loading />}
          <div role="log" aria-live="polite" aria-label={t("messages")}>
            <ol>
              {rows.map((row) =>
                row.kind === "group" ? (
                  <Group key={row.key} group={row} chat={chat} isLastOwn={row.key === lastOwn} />
                ) : (
                  <li key={row.key} class={row.kind === "day" ? css.day : css.note}>
                    <span>{row.kind === "day" ? row.label : row.text}</span>
                  </li>
                ),
              )}
            </ol>
          </div>
          {chat.state.value.status === "waiting" && <WaitingCard chat={chat} />}
          {chat.question.value !== null && <Survey key={chat.question.value} chat={chat} question={chat.question.value} />}
          {chat.typist.value !== null && <Typing by={chat.typist.value} />}
        </div>
      </div>
      {isAway && (
        <button type="button" class={css.toEnd} aria-label={unread > 0 ? undefined : t("toNewest")} onClick={toEnd}>
          <ArrowDown size={16} />
          {unread > 0 && t("newMessages", { count: unread })}
        </button>
      )}
    </div>
  );
};

const Loading = () => (
  <div class={css.loading} aria-busy="true">
    <span />
    <span />
    <span />
  </div>
);

function look(chat: Chat): void {
  if (chat.isOpen.value && document.visibilityState === "visible") chat.look();
}
