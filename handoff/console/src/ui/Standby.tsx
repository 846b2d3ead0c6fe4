import { t } from "../i18n";
import type { Desk } from "../model/desk";
import { firstName } from "../model/verbs";
import { Avatar, Button, ReasonMark } from "./Bits";
import css from "./Standby.module.css";

/** Conversations of colleagues that turned for the worse, for whoever is asked to look: quiet, and there until seen. */
export const Standby = ({ desk }: { desk: Desk }) => {
  const rings = desk.standby.value;
  if (rings.length === 0) return null;
  return (
    <section class={css.box} aria-label={t.wall.worse} aria-live="polite">
      <h2>{t.wall.worse}</h2>
      {rings.map((ring) => (
        <article key={ring.conversation_id} class={css.ring} data-standby={ring.conversation_id}>
          <Avatar name={ring.holder.name} />
          <div class={css.words}>
            <p>
              <b>{t.wall.worseAt(firstName(ring.holder.name), firstName(ring.visitor ?? t.visitor))}</b>
            </p>
            <p class={css.quote}>“{ring.quote}”</p>
            <span>
              <ReasonMark reason={ring.reason} />
            </span>
          </div>
          <Button small onClick={() => desk.choose(ring.conversation_id)}>
            {t.wall.look}
          </Button>
        </article>
      ))}
    </section>
  );
};
