import type { AlertPlan } from "@client/protocol.gen";
import type { Office } from "../model/office";
import { dayAndTime } from "../model/moments";
import { alerts as t } from "../words/alerts";
import { Button } from "./Bits";
import { Icon, type IconName } from "./Icon";
import { Sheet } from "./Sheet";
import css from "./Alerts.module.css";

/** How the signed-in agent is reached, each way with what it says just now, and a test of all of them. */
export const MyAlerts = ({ office }: { office: Office }) => {
  const { alerts, bell } = office;
  const elsewhere = alerts.overview.value?.devices.filter((one) => !one.here) ?? [];
  return (
    <>
      <h2 class={css.title}>{t.mine}</h2>
      <p class={css.lead}>{t.lead}</p>
      <ul class={css.ways}>
        <Way
          icon={bell.blocked.value ? "mute" : "bell"}
          look={bell.blocked.value ? "blocked" : "works"}
          name={bell.blocked.value ? t.soundBlocked : t.sound}
          words={bell.blocked.value ? t.soundNext : t.soundWorks}
        />
        <Notifications office={office} />
        <Closed office={office} />
        {elsewhere.map((one) => (
          <Way
            key={one.device}
            icon="wheel"
            look={one.reached_at === null ? "plain" : "works"}
            name={one.device}
            words={one.reached_at === null ? t.never : t.reached(dayAndTime(one.reached_at))}
          />
        ))}
      </ul>
      <Test office={office} />
      {alerts.overview.value?.plans.map((plan) => <Then key={plan.site} plan={plan} many={(alerts.overview.value?.plans.length ?? 0) > 1} />)}
    </>
  );
};

/** The same as a layer of its own: from the bar, the rail and the empty middle. */
export const AlertsSheet = ({ office }: { office: Office }) => (
  <Sheet label={t.mine} side onClose={() => (office.sheet.value = null)}>
    <div class={css.alerts}>
      <MyAlerts office={office} />
    </div>
  </Sheet>
);

type Look = "works" | "blocked" | "plain";

const Way = ({
  icon,
  look,
  name,
  words,
  act,
}: {
  icon: IconName;
  look: Look;
  name: string;
  words: string;
  act?: { words: string; on: () => void };
}) => (
  <li class={css.way}>
    <span class={`${css.sign} ${look === "plain" ? "" : css[look]}`}>
      <Icon name={icon} size={20} />
    </span>
    <p class={css.words}>
      <b>{name}</b>
      <span>{words}</span>
    </p>
    {act !== undefined && (
      <Button small label={`${act.words}: ${name}`} onClick={act.on}>
        {act.words}
      </Button>
    )}
  </li>
);

const Notifications = ({ office: { alerts } }: { office: Office }) => {
  switch (alerts.permission.value) {
    case "granted":
      return <Way icon="bubble" look="works" name={t.notes} words={t.notesOn} />;
    case "denied":
      return <Way icon="bubble" look="blocked" name={`${t.notes}: ${t.notesBlocked}`} words={t.notesHow} />;
    case "default":
      return (
        <Way icon="bubble" look="plain" name={t.notes} words={t.notesAsk} act={{ words: t.on, on: () => void alerts.enable() }} />
      );
    case "none":
      return <Way icon="bubble" look="plain" name={t.notes} words={t.notesNone} />;
  }
};

const Closed = ({ office: { alerts } }: { office: Office }) => {
  if (alerts.permission.value !== "granted") return null;
  switch (alerts.here.value) {
    case "on":
      return <Way icon="unplugged" look="works" name={t.away} words={t.awayOn} act={{ words: t.off, on: () => void alerts.disable() }} />;
    case "off":
      return <Way icon="unplugged" look="plain" name={t.away} words={t.awayOff} act={{ words: t.on, on: () => void alerts.enable() }} />;
    case "busy":
      return <Way icon="unplugged" look="plain" name={t.away} words={t.busy} />;
    case "none":
      return <Way icon="unplugged" look="plain" name={t.away} words={t.awayNone} />;
  }
};

const Test = ({ office }: { office: Office }) => {
  const { alerts, bell } = office;
  const tries = alerts.tries.value;
  return (
    <div class={css.test}>
      <Button look="primary" icon="bell" disabled={alerts.testing.value} onClick={() => void office.testAlerts()}>
        {alerts.testing.value ? t.testing : t.test}
      </Button>
      <div class={css.results} role="status">
        {alerts.problem.value !== null && <Result good={false} words={`${t.failed} ${alerts.problem.value}`} />}
        {tries !== null && <Result good={!bell.blocked.value} words={bell.blocked.value ? t.soundBlocked : t.heard} />}
        {tries?.map((one) => (
          <Result key={one.where} good={one.why === ""} words={`${one.where}: ${one.why === "" ? t.sent : one.why}`} />
        ))}
        {tries !== null && tries.length === 0 && <Result good={null} words={t.nothing} />}
        {alerts.cameBack.value && <Result good words={t.back} />}
      </div>
    </div>
  );
};

const Result = ({ good, words }: { good: boolean | null; words: string }) => (
  <p class={`${css.result} ${good === null ? "" : good ? css.good : css.bad}`}>
    <Icon name={good === null ? "info" : good ? "check" : "triangle"} />
    {words}
  </p>
);

const Then = ({ plan, many }: { plan: AlertPlan; many: boolean }) => (
  <section class={css.next}>
    <h3>{t.then}</h3>
    {many && <p>{t.thenSite(plan.name)}</p>}
    <ul class={css.steps}>
      {plan.steps.map((step, number) => (
        <li key={number} class={css.step}>
          {t.way[step.way]} {t.after(step.after_s)}
        </li>
      ))}
    </ul>
    {plan.steps.length === 0 && <p>{t.noSteps}</p>}
  </section>
);
