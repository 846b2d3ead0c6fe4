import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { dayAndTime } from "../model/moments";
import { atLeast } from "../model/roles";
import { stopwatch } from "../model/times";
import { firstName } from "../model/verbs";
import { Avatar, Button } from "./Bits";
import { Icon } from "./Icon";
import { Popover } from "./Popover";
import css from "./Standing.module.css";

/** Who has this conversation, when it is not this agent, and the one thing to do next. */
export const Standing = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const { desk } = office;
  const ticket = conversation.ticket.value;
  const status = conversation.status.value;
  const agent = conversation.agent.value;
  const name = conversation.visitor.value;
  const first = desk.queue.waiting.value.find((one) => one.conversation_id !== conversation.id);
  const rings = ticket?.state === "offered" && ticket.offered_to?.id !== desk.me.id ? ticket.offered_to : null;
  const rests = ticket?.state === "waiting" ? ticket.snoozed_until : null;
  const waits = status === "waiting" && ticket !== undefined && rings === null;
  const busy = conversation.busy.value === "claim";
  if (status === null) return null;

  const waited = ticket === undefined ? "" : stopwatch(desk.clock.second.value - Date.parse(ticket.requested_at));
  const [title, next] = rings !== null
    ? [t.bar.rings(firstName(rings.name)), t.bar.ringsNext]
    : rests !== null
    ? [t.bar.rests(dayAndTime(rests)), t.bar.restsNext]
    : waits
    ? [t.bar.waitsTitle(name === null ? t.TheVisitor : firstName(name), waited), t.bar.waitsNext]
    : status === "human"
      ? [holding(agent?.name ?? t.nav.all, name), t.bar.readAlong]
      : status === "closed"
        ? [t.bar.closedTitle, t.bar.closedNext]
        : [t.bar.botTitle, t.bar.botNext];
  return (
    <div class={css.standing} role="status">
      {status === "bot" ? (
        <span class={css.botFace}>
          <Icon name="spark" />
        </span>
      ) : (
        <Avatar name={status === "human" ? (agent?.name ?? null) : name} />
      )}
      <p class={css.words}>
        <b>{title}</b>
        <span>{next}</span>
      </p>
      {conversation.mode.value !== "note" && (
        <Button
          onClick={() => {
            conversation.mode.value = "note";
            desk.wantsField.value = true;
          }}
        >
          {status === "human" ? t.wall.whisper : t.composer.note}
        </Button>
      )}
      {status === "human" && atLeast(office.role, "supervisor") && (
        <TakeOver office={office} conversation={conversation} agent={agent?.name ?? t.nav.all} />
      )}
      {waits ? (
        <Button look="primary" keyName="c" disabled={!desk.live.value || busy} onClick={() => desk.claim(conversation.id)}>
          {busy ? t.bar.claiming : t.actions.claim}
        </Button>
      ) : (
        first !== undefined && (
          <Button look="soft" keyName="c" disabled={!desk.live.value} onClick={() => desk.claim(first.conversation_id)}>
            {t.bar.take(first.visitor === null ? t.theNext : firstName(first.visitor))},{" "}
            {stopwatch(desk.clock.second.value - Date.parse(first.requested_at))}
          </Button>
        )
      )}
    </div>
  );
};

/** Two presses: it takes the conversation out of somebody's hands. */
const TakeOver = ({ office, conversation, agent }: { office: Office; conversation: Conversation; agent: string }) => {
  const asked = useSignal(false);
  const busy = conversation.busy.value === "take over";
  if (!asked.value) {
    return (
      <Button disabled={!office.desk.live.value || busy} onClick={() => (asked.value = true)}>
        {t.wall.takeOver}
      </Button>
    );
  }
  return (
    <Popover label={t.wall.takeOverAsk(firstName(agent))} class={css.ask} onClose={() => (asked.value = false)}>
      <p class={css.words}>
        <b>{t.wall.takeOverAsk(firstName(agent))}</b>
        <span>{t.wall.takeOverNext}</span>
      </p>
      <span class={css.answers}>
        <Button
          look="primary"
          onClick={() => {
            asked.value = false;
            office.desk.takeOver(conversation.id);
          }}
        >
          {t.wall.takeOverYes}
        </Button>
        <Button look="bare" onClick={() => (asked.value = false)}>
          {t.wall.takeOverNo}
        </Button>
      </span>
    </Popover>
  );
};

const holding = (agent: string, visitor: string | null): string =>
  visitor === null ? t.bar.hasNameless(firstName(agent)) : t.bar.hasSince(firstName(agent), firstName(visitor));
