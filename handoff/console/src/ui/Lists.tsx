import { useComputed } from "@preact/signals";
import type { ConversationSummary } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Desk, View } from "../model/desk";
import type { Office } from "../model/office";
import type { QueueRow } from "../model/queue";
import { dayAndTime } from "../model/moments";
import { marksOf } from "../model/reasons";
import type { Message } from "../model/timeline";
import { ago, stopwatch } from "../model/times";
import { firstName } from "../model/verbs";
import { Button, Key, Mark, Skeleton, Spoken } from "./Bits";
import css from "./Lists.module.css";
import { Offers } from "./Offers";
import { Promises } from "./Promises";
import { Row } from "./Row";
import { SecondWord } from "./SecondWord";
import { Standby } from "./Standby";
import { Windowed } from "./Windowed";

const TITLES: Record<View, string> = { queue: t.queue.title, mine: t.queue.mine, promises: t.nav.promises, all: t.queue.all, reports: t.reports.title, wall: t.nav.wall, settings: t.nav.settings };

export const Lists = ({ office }: { office: Office }) => {
  const { desk } = office;
  const view = desk.view.value;
  const waiting = desk.queue.waiting.value.length;
  return (
    <section class={css.pane} aria-label={t.nav[view]} data-pane="list">
      <header class={css.head}>
        <h1 class={css.title}>{TITLES[view]}</h1>
        {view === "queue" && desk.queue.loaded.value && (
          <span role="status">
            {waiting === 0 ? (
              <Mark tone="calm" icon="check">
                {t.queue.allClear}
              </Mark>
            ) : (
              <Mark tone="plain">{t.queue.waiting(waiting)}</Mark>
            )}
          </span>
        )}
        <span class={css.find}>
          <Button look="bare" icon="search" label={t.palette.open} onClick={() => (office.sheet.value = "palette")} />
        </span>
      </header>
      <div
        class={css.scroll}
        onPointerMove={() => desk.queue.pointerMoved()}
        onPointerLeave={() => desk.queue.pointerRests()}
      >
        {view !== "promises" && <Offers desk={desk} />}
        <Standby desk={desk} />
        <SecondWord office={office} />
        {view === "queue" && <Line desk={desk} />}
        {(view === "queue" || view === "mine") && <Mine desk={desk} headed={view === "queue"} />}
        {(view === "queue" || view === "mine") && <Resting desk={desk} />}
        {view === "promises" && <Promises office={office} />}
        {view === "all" && <All office={office} />}
      </div>
    </section>
  );
};

const Line = ({ desk }: { desk: Desk }) => {
  const { queue } = desk;
  const rows = queue.rows.value;
  const rings = queue.offers.value.length > 0;
  const first = rings ? null : rows.find((row) => row.taken === null)?.ticket.conversation_id;
  return (
    <section class={css.lane} aria-label={t.queue.lane}>
      <div class={css.laneHead}>
        <h2>{t.queue.lane}</h2>
        <Longest desk={desk} />
      </div>
      {!queue.loaded.value && <Skeleton rows={3} label={t.queue.loading} />}
      {queue.loaded.value && rows.length === 0 && (
        <p class={css.nobody}>
          {t.queue.nobody} {queue.lastWait.value !== null && t.queue.lastWaited(stopwatch(queue.lastWait.value))}{" "}
          {desk.available.value ? t.queue.hearNext : t.queue.awayHear}
        </p>
      )}
      <Windowed keys={rows.map((row) => row.ticket.conversation_id)} chosen={desk.chosen.value}>
        {(index) => {
          const row = rows[index];
          if (row === undefined) return null;
          const id = row.ticket.conversation_id;
          return <Waiting key={id} row={row} desk={desk} first={id === first} />;
        }}
      </Windowed>
    </section>
  );
};

/** What was laid aside: it comes back by itself, and anybody can take it earlier. */
const Resting = ({ desk }: { desk: Desk }) => {
  const resting = desk.queue.resting.value;
  if (resting.length === 0) return null;
  return (
    <section class={css.lane} aria-label={t.snooze.lane}>
      <div class={css.laneHead}>
        <h2>{t.snooze.lane}</h2>
        <span class={css.laneCount}>{resting.length}</span>
      </div>
      <Windowed keys={resting.map((one) => one.conversation_id)} chosen={desk.chosen.value}>
        {(index) => {
          const one = resting[index];
          if (one === undefined) return null;
          return (
            <Row
              key={one.conversation_id}
              desk={desk}
              id={one.conversation_id}
              name={one.visitor}
              about={one.about}
              corner={null}
              marks={[]}
              badge={<Mark tone="plain" icon="snooze" children={dayAndTime(one.snoozed_until ?? one.rank_at)} />}
              text={`“${one.quote}”`}
            />
          );
        }}
      </Windowed>
    </section>
  );
};

const Longest = ({ desk }: { desk: Desk }) => {
  const line = desk.queue.waiting.value;
  if (line.length === 0) return <span class={css.laneCount}>{desk.queue.loaded.value ? "0" : ""}</span>;
  const since = Math.min(...line.map((ticket) => Date.parse(ticket.requested_at)));
  return <span class={css.laneCount}>{t.queue.longest(stopwatch(desk.clock.second.value - since))}</span>;
};

const Waiting = ({ row, desk, first }: { row: QueueRow; desk: Desk; first: boolean }) => {
  const { ticket, taken } = row;
  const id = ticket.conversation_id;
  const name = ticket.visitor ?? t.visitor;
  return (
    <Row
      desk={desk}
      id={id}
      name={ticket.visitor}
      about={ticket.about}
      taken={taken !== null}
      corner={taken === null && <Timer desk={desk} since={ticket.requested_at} urgent={ticket.reason === "safety"} />}
      marks={taken === null ? marksOf(ticket) : []}
      text={
        taken === null
          ? `“${ticket.quote}”`
          : ticket.visitor === null
            ? t.queue.takenNameless(taken)
            : t.queue.taken(taken, firstName(ticket.visitor))
      }
      side={
        taken === null &&
        desk.live.value && (
          <button
            type="button"
            class={`${css.claim} ${first ? css.claimShown : ""}`}
            onClick={() => desk.claim(id)}
          >
            <Spoken>{t.queue.claimNamed(name)}</Spoken>
            <span class={css.claimWord} aria-hidden="true">
              {t.queue.claim}
            </span>
            <span class={css.claimTouch} aria-hidden="true">
              {t.queue.claimButton}
            </span>
            <span class={css.claimKey} aria-hidden="true">
              <Key>c</Key>
            </span>
          </button>
        )
      }
    />
  );
};

const Timer = ({ desk, since, urgent }: { desk: Desk; since: string; urgent: boolean }) => {
  const words = useComputed(() => stopwatch(desk.clock.second.value - Date.parse(since)));
  return <span class={`${css.timer} ${urgent ? css.urgent : ""}`}>{words}</span>;
};

const Mine = ({ desk, headed }: { desk: Desk; headed: boolean }) => {
  const mine = desk.mine.value;
  if (headed && mine.length === 0) return null;
  return (
    <section class={css.lane} aria-label={t.queue.mine}>
      <div class={css.laneHead}>
        <h2>{t.queue.mine}</h2>
        <span class={css.laneCount}>{t.queue.held(mine.length, desk.capacity.value)}</span>
      </div>
      {mine.length === 0 && <p class={css.nobody}>{t.queue.mineEmpty}</p>}
      <ol data-rows={mine.map((conversation) => conversation.id).join(" ")}>
        {mine.map((conversation) => (
          <Held key={conversation.id} desk={desk} conversation={conversation} />
        ))}
      </ol>
    </section>
  );
};

/** The words of a message; a card by its headline, photos by what they are. */
function saidIn({ text, card, attachments }: Message): string {
  if (text !== "") return text;
  if (card === null) return attachments.length > 0 ? t.thread.photo : "";
  return "headline" in card ? card.headline : "title" in card ? card.title : card.what;
}

const Held = ({ desk, conversation }: { desk: Desk; conversation: Conversation }) => {
  const ticket = conversation.ticket.value;
  const last = conversation.lastSaid.value;
  const typing = conversation.typing.value?.kind === "visitor";
  const unread = conversation.unread.value;
  desk.clock.minute.value;
  const words =
    last === undefined
      ? (ticket?.quote ?? "")
      : last.author.kind === "agent" && desk.isOwn(last.author.name)
        ? `${t.queue.you} ${saidIn(last)}`
        : saidIn(last);
  return (
    <Row
      desk={desk}
      id={conversation.id}
      name={conversation.visitor.value}
      about={ticket?.about ?? null}
      corner={<span class={css.timer}>{last !== undefined && ago(last.sent_at, desk.clock.now())}</span>}
      marks={ticket === undefined ? [] : marksOf(ticket)}
      text={typing ? t.queue.typing : last?.author.kind === "visitor" ? `“${words}”` : words}
      typing={typing}
      side={
        unread > 0 && (
          <span class={css.unread}>
            {unread} {t.queue.unread}
          </span>
        )
      }
    />
  );
};

const All = ({ office }: { office: Office }) => {
  const { archive, desk } = office;
  const rows = archive.rows.value;
  const state = archive.state.value;
  desk.clock.minute.value;
  if (rows.length === 0 && (state === "loading" || state === "idle")) return <Skeleton rows={7} label={t.queue.loading} />;
  return (
    <>
      {rows.length === 0 && state === "ready" && <p class={css.nobody}>{t.queue.allEmpty}</p>}
      <Windowed class={css.plainList} keys={rows.map((row) => row.conversation_id)} chosen={desk.chosen.value}>
        {(index) => {
          const row = rows[index];
          return row === undefined ? null : <Archived key={row.conversation_id} desk={desk} row={row} />;
        }}
      </Windowed>
      {state === "failed" && (
        <p class={css.failed}>
          {t.queue.listFailed}
          <Button small onClick={() => void archive.refresh()}>
            {t.queue.retry}
          </Button>
        </p>
      )}
      {archive.more.value && state !== "failed" && (
        <p class={css.failed}>
          <Button small disabled={state === "loading"} onClick={() => void archive.older()}>
            {state === "loading" ? t.queue.moreBusy : t.queue.more}
          </Button>
        </p>
      )}
    </>
  );
};

const Archived = ({ desk, row }: { desk: Desk; row: ConversationSummary }) => (
  <Row
    desk={desk}
    id={row.conversation_id}
    name={row.visitor}
    about={row.about}
    corner={<span class={css.timer}>{ago(row.updated_at, desk.clock.now())}</span>}
    marks={[]}
    badge={<StatusMark row={row} />}
    text={row.last_text}
  />
);

const StatusMark = ({ row }: { row: ConversationSummary }) => {
  switch (row.status) {
    case "bot":
      return <Mark tone="plain" icon="spark" children={t.queue.status.bot} />;
    case "waiting":
      return <Mark tone="wait" icon="clock" children={t.queue.status.waiting} />;
    case "human":
      return <Mark tone="plain" icon="person" children={t.queue.status.human(row.agent?.name ?? t.queue.mine)} />;
    case "closed":
      return <Mark tone="calm" icon="check" children={t.queue.status.closed} />;
  }
};
