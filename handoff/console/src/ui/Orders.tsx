import type { OrderStanding } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Office } from "../model/office";
import { shortDate } from "../model/times";
import { Button, Mark } from "./Bits";
import css from "./Customer.module.css";
import { Icon } from "./Icon";

/** The customer's orders as the shop tells of them now, and what is missing of them. */
export const Orders = ({ office, conversation }: { office: Office; conversation: string }) => {
  const { orders, ordersFailed } = office.customer;
  const standing = orders.value;
  return (
    <section class={css.section} aria-label={t.orders.title}>
      <h3>{t.orders.title}</h3>
      {ordersFailed.value && (
        <p class={css.failed}>
          {t.orders.failed}
          <Button small onClick={() => void office.customer.loadOrders(conversation)}>
            {t.queue.retry}
          </Button>
        </p>
      )}
      {standing !== null && standing.is_silent && (
        <p class={css.failed}>
          {t.orders.silent}
          <Button small onClick={() => void office.customer.loadOrders(conversation)}>
            {t.queue.retry}
          </Button>
        </p>
      )}
      {standing !== null && standing.orders.length === 0 && !standing.is_silent && <p class={css.quiet}>{t.orders.none}</p>}
      {standing !== null && standing.orders.length > 0 && (
        <ul class={css.things}>
          {standing.orders.map((order) => (
            <One key={order.number} order={order} />
          ))}
        </ul>
      )}
    </section>
  );
};

const One = ({ order }: { order: OrderStanding }) => {
  const late = order.late_days > 0;
  const trouble = order.status === "exception" || late;
  return (
    <li>
      <Icon name="parcel" />
      <span>
        <b>#{order.number}</b> {order.items.join(", ")}
        <span class={css.source}>
          {t.orders.placed(shortDate(order.placed_at))}
          {order.delivered_at !== null
            ? `, ${t.orders.delivered(shortDate(order.delivered_at))}`
            : order.expected_for !== null && `, ${t.orders.expected(shortDate(`${order.expected_for}T12:00:00`))}`}
          {order.url !== null && (
            <>
              {", "}
              <a href={order.url} target="_blank" rel="noopener noreferrer">
                {t.orders.track}
              </a>
            </>
          )}
        </span>
        {!order.proved && <span class={css.source}>{t.orders.unproved}</span>}
        <span class={css.orderMark}>
          <Mark tone={trouble ? "wait" : order.status === "delivered" ? "calm" : "plain"}>
            {late ? t.orders.late(order.late_days) : t.orders.states[order.status]}
          </Mark>
        </span>
      </span>
    </li>
  );
};
