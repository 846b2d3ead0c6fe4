import { t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import type { Bubble as BubbleData, Row } from "../timeline.ts";
import { clock } from "../times.ts";
import { Avatar } from "./Avatar.tsx";
import { CardView } from "./cards/CardView.tsx";
import { keepingFocus } from "./focus.ts";
import css from "./group.module.css";
import { firstName } from "./Header.tsx";
import { Alert, Again, Check, CheckTwice, Clock } from "./icons.tsx";
import { Photos } from "./photos/Photos.tsx";
import { Words } from "./Words.tsx";

type GroupRow = Extract<Row, { kind: "group" }>;

/** What one speaker said in a row: the name once, then the bubbles and cards. */
export const Group = ({ group, chat, isLastOwn }: { group: GroupRow; chat: Chat; isLastOwn: boolean }) => (
  <li class={css.group} data-own={group.isOwn}>
    {group.isOwn ? (
      <span class={css.spoken}>{t("you")}</span>
    ) : (
      <p class={css.speaker}>
        <Avatar author={group.author} />
        <span class={css.name}>{speakerName(group.author)}</span>
        {group.author.kind !== "agent" && <span class={css.tag}>{t("bot")}</span>}
        <time dateTime={group.at.toISOString()}>{clock(group.at)}</time>
      </p>
    )}
    {group.bubbles.map((bubble, i) => (
      <Bubble key={bubble.key} bubble={bubble} chat={chat} isLastOwn={isLastOwn && i === group.bubbles.length - 1} />
    ))}
    {group.isOwn && <WaitingLine bubbles={group.bubbles} />}
  </li>
);

const Bubble = ({ bubble, chat, isLastOwn }: { bubble: BubbleData; chat: Chat; isLastOwn: boolean }) => (
  <>
    {bubble.photos.length > 0 && <Photos photos={bubble.photos} parcel={bubble.parcel} chat={chat} />}
    {bubble.text !== "" && !isOnCard(bubble) && (
      <div class={css.bubble} data-delivery={bubble.delivery ?? (bubble.parcel === null ? undefined : "waiting")}>
        <Words text={bubble.text} lang={bubble.lang} />
      </div>
    )}
    {bubble.card !== null && <CardView card={bubble.card} chat={chat} isOver={bubble.isOver} />}
    {bubble.chips.length > 0 && (
      <ul class={css.chips} aria-label={t("quickReplies")}>
        {bubble.chips.map((chip) => (
          <li key={chip.title} lang={bubble.lang ?? undefined}>
            <button type="button" class={css.chip} onClick={keepingFocus(() => chat.say(chip.title, chip.payload))}>
              {chip.title}
            </button>
          </li>
        ))}
      </ul>
    )}
    {bubble.delivery === "not_sent" && bubble.clientId !== null && (
      <NotSent clientId={bubble.clientId} problem={bubble.problem} chat={chat} />
    )}
    {isLastOwn && <Stage of={bubble.delivery} />}
  </>
);

/** The card of an article has the same words, in a better shape. */
const isOnCard = ({ text, card }: BubbleData): boolean => card?.kind === "article" && text.startsWith(card.text);

const Stage = ({ of }: { of: BubbleData["delivery"] }) => {
  if (of !== "sending" && of !== "sent" && of !== "seen") return null;
  return (
    <p class={css.delivery}>
      {of === "sending" ? <Clock size={14} /> : of === "sent" ? <Check size={14} /> : <CheckTwice size={16} />}
      {t(of)}
    </p>
  );
};

const NotSent = ({ clientId, problem, chat }: { clientId: string; problem: string | null; chat: Chat }) => (
  <div class={css.failed} role="alert">
    <p>
      <Alert size={14} />
      <span>{t("notSent", { problem: problem ?? t("notSentPlain") })}</span>
    </p>
    <p class={css.acts}>
      <button type="button" onClick={keepingFocus(() => chat.discard(clientId))}>
        {t("discard")}
      </button>
      <button type="button" class={css.again} onClick={keepingFocus(() => chat.sendAgain(clientId))}>
        <Again size={14} />
        {t("sendAgain")}
      </button>
    </p>
  </div>
);

const WaitingLine = ({ bubbles }: { bubbles: readonly BubbleData[] }) => {
  const count = bubbles.filter((bubble) => bubble.delivery === "waiting").length;
  if (count === 0) return null;
  return (
    <p class={css.delivery}>
      <Clock size={14} />
      {t("waitingToSend", { count })}
    </p>
  );
};

function speakerName(author: GroupRow["author"]): string {
  return author.name === null ? t("assistant") : author.kind === "agent" ? firstName(author.name) : author.name;
}
