import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Evidence } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Desk } from "../model/desk";
import type { Office } from "../model/office";
import type { Letter } from "../model/letters";
import { spans } from "../model/reasons";
import { clockTime, fullTime } from "../model/times";
import type { Block } from "../model/timeline";
import { firstName } from "../model/verbs";
import { Button, REASON_LOOKS } from "./Bits";
import { CompactCard } from "./CompactCard";
import { Icon } from "./Icon";
import { Missed } from "./Marked";
import css from "./Said.module.css";

const LONG_CHARACTERS = 900;
const LONG_LINES = 12;
const ADDRESS = /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

/** Text as text; addresses become links only when the URL class reads them as http or https. */
function linked(text: string): ComponentChildren[] {
  const pieces: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const href = safeUrl(match[0]);
    if (href === null) continue;
    pieces.push(text.slice(at, match.index));
    pieces.push(
      <a key={match.index} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    );
    at = match.index + match[0].length;
  }
  pieces.push(text.slice(at));
  return pieces;
}

export function safeUrl(address: string): string | null {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** What somebody wrote. The words that led to a person are bold, underlined and numbered; long texts fold. */
export const Text = ({ text, evidence = [] }: { text: string; evidence?: readonly Evidence[] }) => {
  const open = useSignal(false);
  const long = text.length > LONG_CHARACTERS || text.split("\n").length > LONG_LINES;
  return (
    <>
      <span class={`${css.text} ${long && !open.value ? css.folded : ""}`}>
        {spans(text, evidence).map((span, at) =>
          span.reason === null ? (
            <span key={at}>{linked(span.text)}</span>
          ) : (
            <mark key={at} class={`${css.evidence} ${css[REASON_LOOKS[span.reason].tone]}`}>
              {span.text}
              <sup aria-label={t.why.mark(span.number ?? 0)}>{span.number}</sup>
            </mark>
          ),
        )}
      </span>
      {long && (
        <button type="button" class={css.fold} aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          {open.value ? t.thread.showLess : t.thread.showAll}
        </button>
      )}
    </>
  );
};

export const Group = ({
  office,
  conversation,
  block,
  ownRead,
}: {
  office: Office;
  conversation: Conversation;
  block: Extract<Block, { kind: "group" }>;
  ownRead: number;
}) => {
  const { side, name, at, messages } = block;
  const right = side === "own" || side === "colleague";
  const who = side === "own" ? t.thread.you : side === "bot" ? t.assistant : name === null ? t.visitor : firstName(name);
  const last = messages.at(-1);
  const isLastOwn =
    side === "own" && conversation.messages.value.findLast((one) => one.author.kind === "agent" && !one.note) === last;
  return (
    <div class={`${css.group} ${right ? css.right : ""}`}>
      <p class={css.by}>
        <b>{who}</b> <time dateTime={at} title={fullTime(at)}>{clockTime(at)}</time>
      </p>
      {messages.map((message) => (
        <div key={message.id} class={css.item}>
          {message.text !== "" && (
            <div class={`${css.bubble} ${css[side]}`}>
              <Text text={message.text} evidence={conversation.reasons.value.get(message.pos) ?? []} />
            </div>
          )}
          {message.attachments.length > 0 && (
            <div class={css.photos}>
              {message.attachments.map((photo) => (
                <button
                  key={photo.id}
                  type="button"
                  class={css.photo}
                  aria-label={t.labels.enlarge(photo.alt ?? t.thread.photo)}
                  onClick={() => (conversation.viewed.value = photo.id)}
                >
                  <img src={photo.url} alt={photo.alt ?? t.thread.photo} width={photo.width} height={photo.height} loading="lazy" />
                </button>
              ))}
            </div>
          )}
          {message.card !== null && <CompactCard card={message.card} />}
          {side === "theirs" && !conversation.reasons.value.has(message.pos) && <Missed office={office} pos={message.pos} />}
        </div>
      ))}
      {isLastOwn && last?.seq != null && (
        <p class={css.state}>
          <Icon name={last.seq <= ownRead ? "checks" : "check"} size={14} />
          {last.seq <= ownRead ? t.thread.seen : t.thread.sent}
        </p>
      )}
    </div>
  );
};

interface NoteProps {
  author: string | null;
  at: string;
  text: string;
  /** Written beside a colleague who held the conversation. */
  whisper?: boolean;
}

export const NoteBox = ({ author, at, text, whisper = false }: NoteProps) => (
  <div class={css.note}>
    <p class={css.noteBy}>
      <Icon name="lock" size={14} />
      {author === null ? t.thread.noteByYou : whisper ? t.thread.whisperBy(author) : t.thread.noteBy(author)}
      <time dateTime={at} title={fullTime(at)}>
        {clockTime(at)}
      </time>
    </p>
    <Text text={text} />
  </div>
);

/** Own words that are not in the log yet. */
export const Letters = ({ desk, letters }: { desk: Desk; letters: readonly Letter[] }) => {
  const notes = letters.filter((letter) => letter.command.note === true);
  const replies = letters.filter((letter) => letter.command.note !== true);
  const going = replies.filter((letter) => letter.state !== "not_sent");
  const offline = !desk.live.value;
  return (
    <>
      {notes.map((letter) => (
        <div key={letter.command.client_id} class={css.sending}>
          <NoteBox author={null} at={new Date(letter.at).toISOString()} text={letter.command.text} />
          <LetterState desk={desk} letter={letter} offline={offline} />
        </div>
      ))}
      {replies.length > 0 && (
        <div class={`${css.group} ${css.right}`}>
          {replies.map((letter) => (
            <div key={letter.command.client_id} class={css.item}>
              <div class={`${css.bubble} ${letter.state === "not_sent" ? css.notSent : css.own} ${css.sending}`}>
                <Text text={letter.command.text} />
              </div>
              {letter.state === "not_sent" && <LetterState desk={desk} letter={letter} offline={offline} />}
            </div>
          ))}
          {going.length > 0 && (
            <p class={css.state}>
              <Icon name={going.at(-1)?.state === "sent" ? "check" : "clock"} size={14} />
              {going.at(-1)?.state === "sent"
                ? t.thread.sent
                : offline
                  ? t.thread.waitingToSend
                  : t.thread.sending}
            </p>
          )}
        </div>
      )}
    </>
  );
};

const LetterState = ({ desk, letter, offline }: { desk: Desk; letter: Letter; offline: boolean }) => {
  if (letter.state !== "not_sent")
    return letter.state === "sent" ? null : (
      <p class={css.state}>
        <Icon name="clock" size={14} />
        {offline ? t.thread.waitingToSend : t.thread.sending}
      </p>
    );
  return (
    <p class={css.failed} role="alert">
      <Icon name="triangle" size={14} />
      <span>
        {t.thread.notSent}. {letter.problem}
      </span>
      <Button small onClick={() => desk.letters.sendAgain(letter.command.client_id)}>
        {t.thread.sendAgain}
      </Button>
      <Button small look="bare" onClick={() => desk.editAgain(letter.command.client_id)}>
        {t.thread.editAgain}
      </Button>
    </p>
  );
};
