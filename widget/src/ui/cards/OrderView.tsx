import type { OrderCard, OrderStep } from "../../client/protocol.gen.ts";
import { type Key, t } from "../../i18n.ts";
import { Check, Clock, Truck } from "../icons.tsx";
import { Action } from "./Action.tsx";
import css from "./card.module.css";

const STATES: Record<OrderStep["state"], Key> = { done: "stepDone", now: "stepNow", to_come: "stepToCome" };

/** Where an order is: the date first, then its way. */
export const OrderView = ({ card }: { card: OrderCard }) => (
  <article class={css.card} aria-label={t("order", { number: card.number })}>
    <div class={css.body}>
      <div>
        <div class={css.over}>
          <span>{t("order", { number: card.number })}</span>
          <span class={css.mark} data-tone={card.tone}>
            {card.tone === "calm" ? <Check size={14} /> : <Clock size={14} />}
            {card.mark}
          </span>
        </div>
        <h2 class={css.headline}>{card.headline}</h2>
        {card.sub !== null && <p class={css.sub}>{card.sub}</p>}
      </div>
      <ol class={css.steps}>
        {card.steps.map((step) => (
          <li key={step.label} data-state={step.state} aria-current={step.state === "now" ? "step" : undefined}>
            <span class={css.dot}>
              {step.state === "done" && <Check size={12} />}
              {step.state === "now" && (card.tone === "calm" ? <Truck size={12} /> : <Clock size={12} />)}
            </span>
            <span class={css.step}>
              <span class={css.label}>
                {step.label}
                <span class={css.spoken}>, {t(STATES[step.state])}</span>
              </span>
              {step.detail !== null && <span class={css.detail}>{step.detail}</span>}
            </span>
            {step.at !== null && <span class={css.at}>{step.at}</span>}
          </li>
        ))}
      </ol>
      <Action link={card.action} />
    </div>
  </article>
);
