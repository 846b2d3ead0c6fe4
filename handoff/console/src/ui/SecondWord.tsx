import { useSignal } from "@preact/signals";
import type { MadeRight } from "@client/protocol.gen";
import { t } from "../i18n";
import { money } from "../model/money";
import type { Office } from "../model/office";
import { stopwatch } from "../model/times";
import { firstName } from "../model/verbs";
import { Avatar, Button } from "./Bits";
import css from "./SecondWord.module.css";

/** What colleagues want to give and may not decide alone: it rings here until somebody has said yes or better. */
export const SecondWord = ({ office }: { office: Office }) => {
  const asked = office.remedies.asked.value;
  if (asked.length === 0) return null;
  return (
    <section class={css.box} aria-label={t.right.needsYou} aria-live="assertive">
      <h2>{t.right.needsYou}</h2>
      {office.remedies.decisionProblem.value !== null && (
        <p class={css.problem} role="alert">
          {office.remedies.decisionProblem.value}
        </p>
      )}
      {asked.map((made) => (
        <Asked key={made.id} office={office} made={made} />
      ))}
    </section>
  );
};

const Asked = ({ office, made }: { office: Office; made: MadeRight }) => {
  const { desk, remedies } = office;
  const reason = useSignal("");
  const declines = useSignal(false);
  const busy = useSignal(false);
  const decide = async (approve: boolean): Promise<void> => {
    busy.value = true;
    await remedies.decide(made.id, approve, reason.value.trim());
    busy.value = false;
  };
  const things = made.parts.map((part) => `${part.what || t.right.kinds[part.remedy]} ${money(part.minor, made.currency)}`);
  const waits = desk.clock.second.value - Date.parse(made.asked_at);
  return (
    <article class={css.asked} data-remedy={made.id}>
      <Avatar name={made.visitor} />
      <div class={css.words}>
        <p class={css.who}>
          <b>{made.visitor ?? t.visitor}</b> {t.right.asks(firstName(made.by.name))}
        </p>
        <p class={css.what}>
          {things.join(", ")}
          {made.order_number !== null && ` · ${t.right.orderNumber(made.order_number)}`}
        </p>
        <p class={css.meta}>{t.right.aboveAlone(firstName(made.by.name))}</p>
        {made.reason !== "" && <p class={css.meta}>“{made.reason}”</p>}
      </div>
      <span class={css.waits} aria-hidden="true">
        {stopwatch(Math.max(0, waits))}
      </span>
      <label class={css.reason}>
        <span>{declines.value ? t.right.better : t.right.note}</span>
        <input
          type="text"
          maxLength={300}
          value={reason.value}
          onInput={(event) => (reason.value = event.currentTarget.value)}
        />
      </label>
      <div class={css.buttons}>
        <Button look="primary" disabled={!desk.live.value || busy.value} onClick={() => void decide(true)}>
          {t.right.approve}
        </Button>
        <Button
          disabled={!desk.live.value || busy.value || (declines.value && reason.value.trim() === "")}
          onClick={() => {
            if (reason.value.trim() === "") declines.value = true;
            else void decide(false);
          }}
        >
          {t.right.decline}
        </Button>
        <Button look="bare" onClick={() => desk.choose(made.conversation_id)}>
          {t.right.openIt}
        </Button>
      </div>
    </article>
  );
};
