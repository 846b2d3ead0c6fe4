import { useSignal } from "@preact/signals";
import type { EarlierConversation } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { fullTime, shortDate } from "../model/times";
import { firstName } from "../model/verbs";
import { Avatar, Button } from "./Bits";
import css from "./Customer.module.css";
import { Feelings } from "./Feelings";
import { Icon } from "./Icon";
import { MakeRight } from "./MakeRight";
import { Orders } from "./Orders";
import { PromiseLine } from "./Promises";
import { Tags } from "./Tags";
import promises from "./Promises.module.css";

const FEW = 3;

/** What is known about the visitor, each fact with where it comes from, and what was talked about before. */
export const Customer = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const { customer } = office;
  const all = useSignal(false);
  const card = customer.card.value;
  const name = card?.visitor ?? conversation.visitor.value;
  const online = conversation.state.value?.online;
  return (
    <div class={css.pane}>
      <header class={css.head}>
        <Avatar name={name} size={40} />
        <div class={css.who}>
          <h2>{name ?? t.visitor}</h2>
          {card !== null && (card.email !== null || card.verified) && (
            <p class={css.presence}>
              {card.email}
              {card.verified && (
                <span class={css.verified}>
                  <Icon name="check" size={14} />
                  {t.orders.verified}
                </span>
              )}
            </p>
          )}
          {online !== undefined && (
            <p class={css.presence}>
              <span class={online ? css.here : css.gone} />
              {online ? t.thread.online : t.thread.away}
            </p>
          )}
        </div>
      </header>
      <Tags office={office} />
      <section class={css.section}>
        <h3 class={css.short}>
          {t.customer.inShort}
          {card !== null && <Feelings feelings={card.feelings} />}
        </h3>
        {card !== null && card.brief.length > 0 && (
          <ul class={css.brief} aria-label={t.customer.brief}>
            {card.brief.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        {card === null && !customer.failed.value && (
          <div class={css.bones} role="status" aria-label={t.customer.loading}>
            <span />
            <span />
            <span />
          </div>
        )}
        {customer.failed.value && (
          <p class={css.failed}>
            {t.customer.failed}
            <Button small onClick={() => void customer.load(conversation.id)}>
              {t.queue.retry}
            </Button>
          </p>
        )}
        {card !== null && card.facts.length === 0 && <p class={css.quiet}>{t.customer.empty}</p>}
        {card !== null && card.facts.length > 0 && (
          <dl class={css.facts}>
            {card.facts.map((fact, at) => (
              <div key={`${fact.label}-${at}`} class={css.fact}>
                <dt>{fact.label}</dt>
                <dd>
                  {fact.value}
                  <span class={css.source}>{fact.source}</span>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      {card !== null && (
        <section class={css.section} aria-label={t.right.title} data-right>
          <MakeRight office={office} conversation={conversation} />
        </section>
      )}
      {card !== null && (
        <section class={css.section}>
          <h3 class={css.short}>
            {t.nav.promises}
            {office.desk.live.value && (
              <Button
                small
                look="bare"
                onClick={() => {
                  office.sheet.value = null;
                  office.box.value = "promise";
                }}
              >
                {t.promise.addShort}
              </Button>
            )}
          </h3>
          {office.ledger.of(conversation.id).length === 0 && <p class={css.quiet}>{t.promise.noneHere}</p>}
          <ul class={`${promises.list} ${css.promises}`}>
            {office.ledger.of(conversation.id).map((one) => (
              <PromiseLine key={one.id} office={office} promise={one} />
            ))}
          </ul>
        </section>
      )}
      {card !== null && <Orders office={office} conversation={conversation.id} />}
      {card !== null && card.garage.length + card.cases.length > 0 && (
        <section class={css.section}>
          <h3>{t.customer.garage}</h3>
          <ul class={css.things}>
            {card.garage.map((machine) => (
              <li key={machine}>
                <Icon name="wheel" />
                {machine}
              </li>
            ))}
            {card.cases.map((one) => (
              <li key={one.number}>
                <Icon name="folder" />
                <span>
                  {one.number}
                  <span class={css.source}>
                    {one.about}, {shortDate(one.opened_at)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {card !== null && (
        <section class={css.section}>
          <h3 class={css.short}>
            {t.customer.earlier}
            {card.earlier.length > FEW && !all.value && (
              <Button small look="bare" onClick={() => (all.value = true)}>
                {t.orders.all(card.earlier.length, card.more_earlier)}
              </Button>
            )}
          </h3>
          {card.earlier.length === 0 && <p class={css.quiet}>{t.customer.noneEarlier}</p>}
          <ul class={css.earlier}>
            {(all.value ? card.earlier : card.earlier.slice(0, FEW)).map((row) => (
              <Earlier key={row.conversation_id} office={office} row={row} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
};

const Earlier = ({ office, row }: { office: Office; row: EarlierConversation }) => (
  <li>
    <button
      type="button"
      class={css.row}
      onClick={() => {
        office.sheet.value = null;
        office.desk.choose(row.conversation_id);
      }}
    >
      <Icon name="bubble" />
      <span class={css.rowWords}>
        <span class={css.rowTitle}>{row.about ?? row.last_text}</span>
        <span class={css.rowMeta} title={fullTime(row.updated_at)}>
          {[
            shortDate(row.updated_at),
            row.agent === null ? t.customer.withBot : firstName(row.agent.name),
            row.score !== null ? t.orders.score(row.score) : row.asked ? t.orders.unanswered : null,
            row.solved === null ? null : row.solved ? t.orders.solved : t.orders.unsolved,
          ]
            .filter(Boolean)
            .join(", ")}
        </span>
      </span>
    </button>
  </li>
);
