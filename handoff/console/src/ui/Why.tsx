import type { Evidence } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { numbered } from "../model/reasons";
import type { Status } from "../model/timeline";
import { firstName } from "../model/verbs";
import { REASON_LOOKS } from "./Bits";
import { Icon } from "./Icon";
import { NotUpset } from "./Marked";
import css from "./Why.module.css";

function titleOf(mine: boolean, status: Status | null, holder: string | null): string {
  if (mine) return t.why.title;
  if (status === "human" && holder !== null) return t.why.titleTheirs(firstName(holder));
  return status === "waiting" ? t.why.titleWaiting : t.why.titlePast;
}

/** Why this conversation needs a person: each number in the message, explained in plain words. */
export const Why = ({
  office,
  conversation,
  pos,
  evidence,
}: {
  office: Office;
  conversation: Conversation;
  pos: number;
  evidence: readonly Evidence[];
}) => {
  const { desk } = office;
  const holder = conversation.agent.value;
  const title = titleOf(desk.holds.value.has(conversation.id), conversation.status.value, holder?.name ?? null);
  return (
    <section class={css.box} aria-label={title}>
      <h2 class={css.head}>
        <Icon name="spark" />
        {title}
        <NotUpset office={office} pos={pos} />
      </h2>
      <dl class={css.rows}>
        {numbered(evidence).map(({ number, reason, texts }) => (
          <div key={reason} class={css.row}>
            <dt>
              <span class={`${css.number} ${css[REASON_LOOKS[reason].tone]}`}>{number}</span>
              {t.why[reason]}
            </dt>
            <dd>{texts.join("; ")}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
