import type { LedgerPromise } from "@client/protocol.gen";
import { t } from "../i18n";
import { isOpen } from "../model/ledger";
import { dayAndTime } from "../model/moments";
import type { Office } from "../model/office";
import { firstName } from "../model/verbs";
import { Button, Mark, Skeleton } from "./Bits";
import { Icon } from "./Icon";
import lists from "./Lists.module.css";
import css from "./Promises.module.css";

export const PromiseMark = ({ promise, now }: { promise: LedgerPromise; now: number }) => {
  if (promise.state === "kept") return <Mark tone="calm" icon="check" children={promise.was_late ? t.promise.keptLate : t.promise.kept} />;
  if (promise.state === "broken") return <Mark tone="upset" icon="triangle" children={t.promise.broken} />;
  const soon = promise.reminded || Date.parse(promise.due_at) - now < 30 * 60_000;
  return <Mark tone="risk" icon="flag" children={soon ? t.promise.soon : t.promise.open} />;
};

/** One promise: what, whose, by when; and what can be done about it. */
export const PromiseLine = ({ office, promise, opens = false }: { office: Office; promise: LedgerPromise; opens?: boolean }) => {
  const owner = promise.owner === null ? t.promise.team : firstName(promise.owner.name);
  office.desk.clock.minute.value;
  return (
    <li class={css.line} data-promise={promise.id}>
      <Icon name="flag" />
      <div class={css.words}>
        <p class={css.what}>{promise.what}</p>
        <p class={css.meta}>
          {owner}, {dayAndTime(promise.due_at)}
          {promise.backup !== null && isOpen(promise) && `, ${t.promise.backup(firstName(promise.backup.name))}`}
        </p>
        <span class={css.acts}>
          <PromiseMark promise={promise} now={office.desk.clock.now()} />
          {promise.state !== "kept" && (
            <Button small onClick={() => void office.ledger.keep(promise.id)}>
              {t.promise.keep}
            </Button>
          )}
          {opens && (
            <Button small look="bare" onClick={() => office.desk.choose(promise.conversation_id)}>
              {t.promise.openIt}
            </Button>
          )}
        </span>
      </div>
    </li>
  );
};

/** Everything that was promised, the one due next first. */
export const Promises = ({ office }: { office: Office }) => {
  const { ledger } = office;
  const broken = ledger.settled.value.filter((one) => one.state === "broken");
  const kept = ledger.settled.value.filter((one) => one.state === "kept");
  return (
    <>
      {!ledger.loaded.value && ledger.failed.value === null && <Skeleton rows={4} label={t.queue.loading} />}
      {ledger.failed.value !== null && (
        <p class={lists.failed}>
          {t.queue.listFailed}
          <Button small onClick={() => void ledger.load()}>
            {t.queue.retry}
          </Button>
        </p>
      )}
      {ledger.loaded.value && ledger.all.value.size === 0 && <p class={lists.nobody}>{t.promise.none}</p>}
      {[
        { title: t.promise.late, promises: broken },
        { title: t.promise.next, promises: ledger.open.value },
        { title: t.promise.kept, promises: kept },
      ]
        .filter((lane) => lane.promises.length > 0)
        .map((lane) => (
          <section key={lane.title} class={lists.lane} aria-label={lane.title}>
            <div class={lists.laneHead}>
              <h2>{lane.title}</h2>
              <span class={lists.laneCount}>{lane.promises.length}</span>
            </div>
            <ul class={css.list}>
              {lane.promises.map((one) => (
                <PromiseLine key={one.id} office={office} promise={one} opens />
              ))}
            </ul>
          </section>
        ))}
    </>
  );
};
