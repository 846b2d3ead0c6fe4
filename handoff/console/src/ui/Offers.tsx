import type { TicketState } from "@client/protocol.gen";
import { t } from "../i18n";
import type { Desk } from "../model/desk";
import { marksOf } from "../model/reasons";
import { stopwatch } from "../model/times";
import { Avatar, Button, ReasonMark } from "./Bits";
import css from "./Offers.module.css";

/** What rings at this agent alone: take it or let it pass, before the time is up. */
export const Offers = ({ desk }: { desk: Desk }) => {
  const offers = desk.queue.offers.value;
  if (offers.length === 0) return null;
  return (
    <section class={css.offers} aria-label={t.offer.title} aria-live="assertive">
      {offers.map((ticket) => (
        <Offer key={ticket.conversation_id} desk={desk} ticket={ticket} />
      ))}
    </section>
  );
};

const Offer = ({ desk, ticket }: { desk: Desk; ticket: TicketState }) => {
  const id = ticket.conversation_id;
  const left = Date.parse(ticket.offered_until ?? "") - desk.clock.second.value;
  return (
    <article class={css.offer} data-offer={id}>
      <Avatar name={ticket.visitor} />
      <div class={css.words}>
        <p class={css.name}>
          <b>{ticket.visitor ?? t.visitor}</b> {t.offer.rings}
        </p>
        <p class={css.quote}>“{ticket.quote}”</p>
        <span class={css.marks}>
          {marksOf(ticket).map((reason) => (
            <ReasonMark key={reason} reason={reason} />
          ))}
        </span>
      </div>
      <span class={css.left} aria-hidden="true">
        {stopwatch(Math.max(0, left))}
      </span>
      <div class={css.buttons}>
        <Button look="primary" keyName="c" disabled={!desk.live.value} onClick={() => desk.claim(id)}>
          {t.offer.take}
        </Button>
        <Button disabled={!desk.live.value} onClick={() => desk.decline(id)}>
          {t.offer.pass}
        </Button>
      </div>
    </article>
  );
};
