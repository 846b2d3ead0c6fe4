import { useSignal } from "@preact/signals";
import type { Allowance, MadeRight, RemedyOffer } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import { money } from "../model/money";
import type { Office } from "../model/office";
import { minorOf, typed } from "../model/remedies";
import { firstName } from "../model/verbs";
import { Button, Mark, Spoken } from "./Bits";
import { Icon, type IconName } from "./Icon";
import css from "./MakeRight.module.css";

export const REMEDY_ICONS: Readonly<Record<RemedyOffer["remedy"], IconName>> = {
  free_text: "wrench",
  loaner: "wheel",
  rush_shipping: "truck",
  spare: "parcel",
  replacement: "loop",
  remake: "sync",
  credit: "ticket",
  refund: "banknote",
};

/** Those that need no further words. */
const NAMED: ReadonlySet<RemedyOffer["remedy"]> = new Set(["refund", "credit", "rush_shipping"]);

/** What this agent may do to make it right: authority first, then the remedies, then one button that sums it up. */
export const MakeRight = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const { remedies, desk } = office;
  const allowance = remedies.allowance.value;
  const gen = desk.holds.value.get(conversation.id);
  if (remedies.failed.value)
    return (
      <p class={css.failed}>
        {t.right.failed}
        <Button small onClick={() => void remedies.load()}>
          {t.queue.retry}
        </Button>
      </p>
    );
  if (allowance === null) return <div class={css.bone} role="status" aria-label={t.right.loading} />;
  const visitor = conversation.visitor.value;
  return (
    <>
      <Standing office={office} allowance={allowance} />
      {allowance.remedies.length > 0 && (
        <ul class={css.made} aria-label={t.right.given}>
          {allowance.remedies.map((made) => (
            <Made key={made.id} office={office} made={made} />
          ))}
        </ul>
      )}
      {gen !== undefined && (
        <form
          data-right
          onSubmit={(event) => {
            event.preventDefault();
            void remedies.give(gen);
          }}
        >
          <Menu office={office} allowance={allowance} />
          {remedies.picked.value.size > 0 && (
            <Sum office={office} allowance={allowance} name={visitor === null ? t.theVisitor : firstName(visitor)} />
          )}
        </form>
      )}
    </>
  );
};

const Standing = ({ office, allowance }: { office: Office; allowance: Allowance }) => {
  const { per_case: whole, here, currency } = allowance;
  const total = office.remedies.total.value;
  const over = here !== null && total > here;
  return (
    <div class={css.standing}>
      <h3>
        {t.right.title}
        <span>
          {here === null || whole === null
            ? t.right.anyAmount
            : t.right.left(money(here, currency), money(whole, currency))}
        </span>
      </h3>
      {here !== null && whole !== null && (
        <svg class={css.bar} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" data-over={over}>
          <rect width={100 * share(whole - here, whole)} height="6" class={css.used} />
          <rect x={100 * share(whole - here, whole)} width={100 * share(total, whole)} height="6" class={css.would} />
        </svg>
      )}
      <p class={css.says} role="status">
        {total > 0 ? t.right.wouldUse(money(total, currency)) : ""} {allowance.says}
      </p>
    </div>
  );
};

const share = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.min(1, Math.max(0, part / whole)));

const FIRST = 5;

const Menu = ({ office, allowance }: { office: Office; allowance: Allowance }) => {
  const all = useSignal(false);
  const rows = allowance.menu.map((row, at) => ({ row, at }));
  const shown = all.value ? rows : rows.filter(({ at }) => at < FIRST || office.remedies.picked.value.has(at));
  const more = rows.length - shown.length;
  return (
    <>
      <ul class={css.rows}>
        {shown.map(({ row, at }) => (
          <Row key={at} office={office} row={row} at={at} currency={allowance.currency} />
        ))}
      </ul>
      {more > 0 && (
        <span class={css.more}>
          <Button small look="bare" icon="down" onClick={() => (all.value = true)}>
            {t.right.more(more)}
          </Button>
        </span>
      )}
    </>
  );
};

const Row = ({ office, row, at, currency }: { office: Office; row: RemedyOffer; at: number; currency: string }) => {
  const { remedies } = office;
  const picked = remedies.picked.value.get(at);
  const name = row.what || t.right.kinds[row.remedy];
  return (
    <li class={css.row} data-picked={picked !== undefined}>
      <div class={css.top}>
        <button type="button" class={css.pick} aria-pressed={picked !== undefined} onClick={() => remedies.pick(at, row)}>
          <Icon name={REMEDY_ICONS[row.remedy]} />
          <span class={css.name}>{name}</span>
          {picked === undefined && row.minor !== null && <span class={css.amount}>{money(row.minor, currency)}</span>}
        </button>
        {picked !== undefined && (
          <label class={css.cost}>
            <Spoken>{t.right.amountOf(name, currency)}</Spoken>
            <span aria-hidden="true">{currency}</span>
            <input
              type="text"
              inputMode="decimal"
              required
              aria-invalid={picked.minor === null}
              defaultValue={picked.minor === null ? "" : typed(picked.minor, currency)}
              onInput={(event) => remedies.edit(at, { minor: minorOf(event.currentTarget.value, currency) })}
            />
          </label>
        )}
      </div>
      {picked !== undefined && !NAMED.has(row.remedy) && (
        <div class={css.fields}>
          <label class={css.what}>
            <Spoken>{t.right.whatOf(name)}</Spoken>
            <input
              type="text"
              maxLength={300}
              required={row.remedy === "free_text"}
              placeholder={t.right.what}
              value={picked.what}
              onInput={(event) => remedies.edit(at, { what: event.currentTarget.value })}
            />
          </label>
        </div>
      )}
    </li>
  );
};

const Sum = ({ office, allowance, name }: { office: Office; allowance: Allowance; name: string }) => {
  const { remedies, desk } = office;
  const weighed = remedies.weighed.value;
  const refunds = (remedies.parts.value ?? []).some((part) => part.remedy === "refund");
  const known = [...new Set([...allowance.orders, ...(office.customer.orders.value?.orders ?? []).map((one) => one.number)])];
  const asks = weighed?.kind === "ask";
  const second = weighed?.second[0];
  const amount = money(remedies.total.value, allowance.currency);
  const act = asks ? t.right.ask(second === undefined ? null : firstName(second.name), amount) : t.right.act(name, amount);
  const ready =
    desk.live.value &&
    !remedies.busy.value &&
    weighed !== null &&
    (remedies.parts.value?.length ?? 0) > 0 &&
    (weighed.kind !== "allowed_with_note" || remedies.reason.value.trim() !== "");
  return (
    <div class={css.sum}>
      {refunds && (
        <label class={css.line}>
          <span>{t.right.order}</span>
          <input
            type="text"
            maxLength={64}
            value={remedies.order.value}
            list="orders-known"
            onInput={(event) => (remedies.order.value = event.currentTarget.value)}
          />
          <datalist id="orders-known">
            {known.map((order) => (
              <option key={order} value={order} />
            ))}
          </datalist>
        </label>
      )}
      {weighed !== null && weighed.kind !== "allowed" && (
        <>
          <p class={css.why} role="status">
            <Icon name={asks ? "people" : "info"} />
            <span>
              {weighed.says} {asks && (second === undefined ? t.right.nobody : t.right.onDuty(firstName(second.name)))}
            </span>
          </p>
          <label class={css.line}>
            <span>{t.right.why}</span>
            <input
              type="text"
              maxLength={300}
              required={!asks}
              placeholder={t.right.whyPlaceholder}
              value={remedies.reason.value}
              onInput={(event) => (remedies.reason.value = event.currentTarget.value)}
            />
          </label>
        </>
      )}
      {remedies.problem.value !== null && (
        <p class={css.problem} role="alert">
          {remedies.problem.value}
        </p>
      )}
      <Button type="submit" look="soft" disabled={!ready}>
        {remedies.busy.value ? t.right.busy : act}
      </Button>
    </div>
  );
};

/** What was given, and what became of it. */
const Made = ({ office, made }: { office: Office; made: MadeRight }) => {
  const mine = made.by.id === office.desk.me.id;
  const words = made.parts.map((part) => `${part.what || t.right.kinds[part.remedy]} ${money(part.minor, made.currency)}`);
  return (
    <li class={css.one} data-remedy={made.id}>
      <Icon name={REMEDY_ICONS[made.parts[0]?.remedy ?? "free_text"]} />
      <div class={css.words}>
        <p>{words.join(", ")}</p>
        <p class={css.meta}>
          {firstName(made.by.name)}
          {made.second !== null && `, ${t.right.with(firstName(made.second.name))}`}
          {made.outcomes.some((one) => one.reference !== null) &&
            `, ${t.right.number(made.outcomes.map((one) => one.reference).filter(Boolean).join(", "))}`}
        </p>
        {made.decision !== "" && <p class={css.meta}>“{made.decision}”</p>}
        {made.outcomes.map((one, at) => one.why !== null && <p key={at} class={css.meta}>{one.why}</p>)}
        <span class={css.acts}>
          <StateMark made={made} />
          {made.state === "asked" && mine && (
            <Button small onClick={() => void office.remedies.withdraw(made.id)}>
              {t.right.withdraw}
            </Button>
          )}
        </span>
      </div>
    </li>
  );
};

const StateMark = ({ made }: { made: MadeRight }) => {
  switch (made.state) {
    case "asked":
      return <Mark tone="wait" icon="clock" children={t.right.states.asked} />;
    case "going":
      return <Mark tone="plain" icon="sync" children={t.right.states.going} />;
    case "declined":
      return <Mark tone="wait" icon="info" children={t.right.states.declined} />;
    case "withdrawn":
      return <Mark tone="plain" children={t.right.states.withdrawn} />;
    case "done":
      return made.outcomes.every((one) => one.how === "shop") ? (
        <Mark tone="calm" icon="check" children={t.right.states.shop} />
      ) : (
        <Mark tone="risk" icon="flag" children={t.right.states.task} />
      );
  }
};
