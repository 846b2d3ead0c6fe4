import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Company } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { dayAndTime, momentsAhead } from "../model/moments";
import type { Receiver } from "../model/verbs";
import { Avatar, Skeleton } from "./Bits";
import { Icon } from "./Icon";
import { Moment } from "./Moment";
import css from "./Passing.module.css";
import { Popover } from "./Popover";

/** To whom: colleagues with how much they hold, teams with who is there; and a word for whoever takes it. */
export const TransferBox = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const company = useSignal<Company | null>(null);
  const failed = useSignal(false);
  const note = useSignal("");
  const close = (): void => {
    office.box.value = null;
  };
  useEffect(() => {
    office.api.company(conversation.id).then(
      (found) => (company.value = found),
      () => (failed.value = true),
    );
  }, []);
  const pass = (to: Receiver) => (): void => {
    close();
    office.desk.transfer(to, note.value.trim());
  };
  const found = company.value;
  return (
    <Popover label={t.transfer.title} class={css.box} onClose={close}>
      <h2>{t.transfer.title}</h2>
      <label class={css.field}>
        <span>{t.transfer.note}</span>
        <textarea
          rows={2}
          maxLength={4000}
          placeholder={t.transfer.notePlaceholder}
          onInput={(event) => (note.value = event.currentTarget.value)}
        />
      </label>
      {failed.value && <p class={css.quiet}>{t.transfer.failed}</p>}
      {found === null && !failed.value && <Skeleton rows={2} label={t.queue.loading} />}
      {found !== null && found.colleagues.length + found.teams.length === 0 && <p class={css.quiet}>{t.transfer.alone}</p>}
      <ul class={css.list}>
        {found?.colleagues.map((one) => {
          const full = one.holds >= one.capacity;
          return (
            <li key={one.id}>
              <button type="button" disabled={!one.here || full} onClick={pass({ agent_id: one.id })}>
                <Avatar name={one.name} size={24} />
                <span class={css.who}>{one.name}</span>
                <span class={css.meta}>
                  {!one.here ? t.presence.away : full ? t.transfer.full : t.queue.held(one.holds, one.capacity)}
                </span>
              </button>
            </li>
          );
        })}
        {found?.teams.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={pass({ team_id: one.id })}>
              <span class={css.team}>
                <Icon name="people" />
              </span>
              <span class={css.who}>{one.name}</span>
              <span class={css.meta}>{t.transfer.there(one.here)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
};

/** Until when; the customer is told, and a word of theirs brings it back earlier. */
export const SnoozeBox = ({ office }: { office: Office }) => {
  const close = (): void => {
    office.box.value = null;
  };
  const rest = (until: string): void => {
    close();
    office.desk.snooze(until);
  };
  return (
    <Popover label={t.snooze.title} class={css.box} onClose={close}>
      <h2>{t.snooze.title}</h2>
      <p class={css.quiet}>{t.snooze.lead}</p>
      <ul class={css.list}>
        {momentsAhead(office.desk.clock.now()).map((one) => (
          <li key={one.words}>
            <button type="button" onClick={() => rest(one.at)}>
              <Icon name="snooze" />
              <span class={css.who}>{one.words}</span>
              <span class={css.meta}>{dayAndTime(one.at)}</span>
            </button>
          </li>
        ))}
      </ul>
      <Moment label={t.snooze.other} act={t.snooze.act} now={office.desk.clock.now()} onPick={rest} />
    </Popover>
  );
};

/** What is promised, and by when; the customer gets it as a card. */
export const PromiseBox = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const what = useSignal("");
  const problem = useSignal<string | null>(null);
  const close = (): void => {
    office.box.value = null;
  };
  const make = async (due: string): Promise<void> => {
    if (what.value.trim() === "") {
      problem.value = t.promise.sayWhat;
      return;
    }
    if (await office.ledger.make(conversation.id, what.value.trim(), due, "form")) close();
    else problem.value = office.ledger.failed.value;
  };
  return (
    <Popover label={t.promise.add} class={css.box} onClose={close}>
      <h2>{t.promise.add}</h2>
      <label class={css.field}>
        <span>{t.promise.what}</span>
        <input
          type="text"
          maxLength={500}
          placeholder={t.promise.whatPlaceholder}
          onInput={(event) => (what.value = event.currentTarget.value)}
        />
      </label>
      <Moment label={t.promise.due} act={t.promise.act} now={office.desk.clock.now()} onPick={(due) => void make(due)} />
      {problem.value !== null && (
        <p class={css.problem} role="alert">
          {problem.value}
        </p>
      )}
    </Popover>
  );
};
