import { t } from "../i18n";
import type { Office } from "../model/office";
import { clockTime, stopwatch } from "../model/times";
import { firstName } from "../model/verbs";
import { Avatar, Button, Key } from "./Bits";
import { Icon } from "./Icon";
import css from "./Empty.module.css";
import { Motorcycle } from "./Motorcycle";

/** The middle while no conversation is chosen: what to do next, and proof that the alerts work. */
export const Empty = ({ office }: { office: Office }) => {
  const { desk, bell } = office;
  const line = desk.queue.waiting.value;
  const first = line[0];
  const tested = office.soundTested.value;
  if (!desk.queue.loaded.value) return <div class={css.empty} />;
  return (
    <div class={css.empty}>
      <div class={css.inner}>
        <div class={css.picture}>
          <Motorcycle />
        </div>
        <h2 class={css.title}>{first === undefined ? t.empty.allClear : t.empty.waitingTitle(line.length)}</h2>
        <p class={css.lead}>{first === undefined ? t.empty.allClearLead : t.empty.waitingLead}</p>
        <ul class={css.tiles}>
          {first !== undefined && (
            <li class={css.tile}>
              <Avatar name={first.visitor} size={40} />
              <p class={css.words}>
                <b>{first.visitor ?? t.visitor}</b>
                <span>“{first.quote}”</span>
              </p>
              <Button look="primary" keyName="c" disabled={!desk.live.value} onClick={() => desk.claim(first.conversation_id)}>
                {t.bar.take(first.visitor === null ? t.theNext : firstName(first.visitor))},{" "}
                {stopwatch(desk.clock.second.value - Date.parse(first.requested_at))}
              </Button>
            </li>
          )}
          <li class={css.tile}>
            <span class={`${css.sign} ${bell.blocked.value ? css.signBlocked : css.signWorks}`}>
              <Icon name={bell.blocked.value ? "mute" : "bell"} size={20} />
            </span>
            <p class={css.words}>
              <b>
                {bell.blocked.value ? t.empty.alertsBlocked : tested === null ? t.empty.alerts : t.empty.alertsWork}
              </b>
              <span>{tested === null ? t.empty.alertsUntested : t.empty.alertsTested(clockTime(tested))}</span>
            </p>
            <Button onClick={() => (office.sheet.value = "alerts")}>{t.empty.test}</Button>
          </li>
        </ul>
        <p class={css.keys}>
          <Key>c</Key> {t.empty.claimKey}
          <Key>?</Key> {t.empty.allKeys}
        </p>
      </div>
    </div>
  );
};
