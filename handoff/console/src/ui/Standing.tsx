import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { dayAndTime } from "../model/moments";
import { stopwatch } from "../model/times";
import { firstName } from "../model/verbs";
import { Avatar, Button } from "./Bits";
import { Icon } from "./Icon";
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
          {t.composer.note}
        </Button>
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

const holding = (agent: string, visitor: string | null): string =>
  visitor === null ? t.bar.hasNameless(firstName(agent)) : t.bar.hasSince(firstName(agent), firstName(visitor));
