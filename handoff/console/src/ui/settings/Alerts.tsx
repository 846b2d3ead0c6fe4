import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { AlertSettings, AlertStep, AlertTry } from "@client/protocol.gen";
import { Act } from "../../model/act";
import { dayAndTime } from "../../model/moments";
import type { Office } from "../../model/office";
import { atLeast } from "../../model/roles";
import { alerts as t } from "../../words/alerts";
import { MyAlerts } from "../Alerts";
import { Button, Mark } from "../Bits";
import { Icon } from "../Icon";
import css from "./Alerts.module.css";
import page from "./Page.module.css";

const WAYS = ["push", "webhook", "slack", "email"] as const;

/** One's own alerts, and for administrators who else hears of a waiting customer, how and when. */
export const Alerts = ({ office }: { office: Office }) => (
  <div>
    <section class={page.card} aria-label={t.mine}>
      <MyAlerts office={office} />
    </section>
    {atLeast(office.role, "admin") && <Ways office={office} />}
  </div>
);

const Ways = ({ office }: { office: Office }) => {
  const sites = useSignal<readonly AlertSettings[]>([]);
  const loading = useMemo(() => new Act(), []);
  useEffect(() => {
    void loading.run(() => office.api.alertSettings()).then((found) => (sites.value = found?.sites ?? []));
  }, []);
  return (
    <>
      {loading.problem.value !== null && <Problem words={loading.problem.value} />}
      {sites.value.map((site) => (
        <SiteWays
          key={site.site}
          office={office}
          site={site}
          onSaved={(saved) => (sites.value = sites.value.map((one) => (one.site === saved.site ? saved : one)))}
        />
      ))}
    </>
  );
};

const SiteWays = ({ office, site, onSaved }: { office: Office; site: AlertSettings; onSaved: (saved: AlertSettings) => void }) => {
  const steps = useSignal<readonly AlertStep[]>(site.steps);
  const webhook = useSignal(site.webhook_url ?? "");
  const slack = useSignal<string | null>(null);
  const emails = useSignal(site.owner_emails.join("\n"));
  const saved = useSignal(false);
  const key = useSignal<string | null>(null);
  const saving = useMemo(() => new Act(), []);
  const put = (next: readonly AlertStep[]): void => {
    steps.value = next;
    saved.value = false;
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const ordered = [...steps.value].sort((a, b) => a.after_s - b.after_s);
    const done = await saving.run(() =>
      office.api.putAlertSettings(site.site, {
        steps: ordered,
        webhook_url: webhook.value.trim(),
        slack_url: slack.value === null ? null : slack.value.trim(),
        owner_emails: emails.value.split(/\s+/).filter((one) => one !== ""),
      }),
    );
    if (done === null) return;
    steps.value = done.steps;
    slack.value = null;
    saved.value = true;
    onSaved(done);
  };
  return (
    <form class={page.card} aria-label={`${t.ways}: ${site.name}`} onSubmit={(event) => void save(event)} noValidate>
      <h3>
        {t.ways}: {site.name}
      </h3>
      <p class={page.lead}>{t.waysLead}</p>
      <ol class={css.steps}>
        {steps.value.map((step, at) => (
          <li key={at} class={css.step}>
            {t.stepAfter}
            <input
              type="number"
              min={0}
              max={86_400}
              value={step.after_s}
              aria-label={t.afterSeconds(at + 1)}
              onChange={(event) =>
                put(steps.value.map((one, index) => (index === at ? { ...one, after_s: event.currentTarget.valueAsNumber || 0 } : one)))
              }
            />
            {t.stepSeconds}
            <select
              value={step.way}
              aria-label={t.wayLabel(at + 1)}
              onChange={(event) => {
                const way = WAYS.find((one) => one === event.currentTarget.value) ?? step.way;
                put(steps.value.map((one, index) => (index === at ? { ...one, way } : one)));
              }}
            >
              {WAYS.map((way) => (
                <option key={way} value={way}>
                  {t.way[way]}
                </option>
              ))}
            </select>
            <Button
              look="bare"
              icon="close"
              label={t.removeStep(at + 1)}
              onClick={() => put(steps.value.filter((_, index) => index !== at))}
            />
          </li>
        ))}
      </ol>
      {steps.value.length === 0 && <p class={page.meta}>{t.noSteps}</p>}
      <Button small onClick={() => put([...steps.value, { after_s: (steps.value.at(-1)?.after_s ?? 0) + 60, way: "push" }])}>
        {t.addStep}
      </Button>
      <div class={css.ways}>
        <Way name={t.webhook} hint={t.webhookHint} office={office} site={site.site} way="webhook" ready={site.webhook_url !== null}>
          <label class={page.field}>
            {t.webhookUrl}
            <input type="url" value={webhook.value} placeholder="https://" onInput={(event) => (webhook.value = event.currentTarget.value)} />
          </label>
          {site.webhook_url !== null && (
            <Button
              small
              onClick={() =>
                void saving.run(() => office.api.newWebhookKey(site.site)).then((made) => (key.value = made?.key ?? null))
              }
            >
              {t.newKey}
            </Button>
          )}
          {key.value !== null && (
            <p class={page.link}>
              <span class={page.mono}>{key.value}</span>
              <br />
              <span class={page.meta}>{t.keyOnce}</span>
            </p>
          )}
        </Way>
        <Way name={t.slack} hint={site.slack ? t.slackSet : ""} office={office} site={site.site} way="slack" ready={site.slack}>
          <label class={page.field}>
            {t.slackUrl}
            <input
              type="url"
              value={slack.value ?? ""}
              placeholder="https://hooks.slack.com/services/"
              onInput={(event) => (slack.value = event.currentTarget.value === "" ? null : event.currentTarget.value)}
            />
          </label>
          {site.slack && (
            <Button small disabled={slack.value === ""} onClick={() => (slack.value = "")}>
              {t.slackRemove}
            </Button>
          )}
        </Way>
        <Way
          name={t.email}
          hint={site.mails ? t.emailHint(site.owners.join(", ") || t.nobody) : t.emailOff}
          office={office}
          site={site.site}
          way="email"
          ready={site.mails}
        >
          <label class={page.field}>
            {t.emails}
            <textarea class={css.emails} rows={2} value={emails.value} onInput={(event) => (emails.value = event.currentTarget.value)} />
          </label>
        </Way>
      </div>
      <div class={css.foot}>
        <Button look="primary" type="submit" disabled={saving.busy.value}>
          {saving.busy.value ? t.saving : t.save}
        </Button>
        <div role="status">
          {saved.value && (
            <p class={page.good}>
              <Icon name="check" />
              {t.saved}
            </p>
          )}
        </div>
        {saving.problem.value !== null && <Problem words={saving.problem.value} />}
      </div>
      <h4 class={css.recent}>{t.recent}</h4>
      {site.recent.length === 0 && <p class={page.meta}>{t.recentNone}</p>}
      <ul class={page.list}>
        {site.recent.slice(0, 8).map((one, at) => (
          <li key={at} class={page.line}>
            <span class={page.who}>
              <b>
                {t.kind[one.kind] ?? one.kind}, {t.way[one.way]}
              </b>
              <small>{one.detail}</small>
            </span>
            <Mark tone={one.state === "failed" ? "upset" : one.state === "sent" ? "calm" : "plain"}>{t.state[one.state]}</Mark>
            <span class={page.meta}>{dayAndTime(one.at)}</span>
          </li>
        ))}
      </ul>
    </form>
  );
};

const Way = ({
  name,
  hint,
  office,
  site,
  way,
  ready,
  children,
}: {
  name: string;
  hint: string;
  office: Office;
  site: string;
  way: "webhook" | "slack" | "email";
  ready: boolean;
  children: ComponentChildren;
}) => {
  const tried = useSignal<AlertTry | null>(null);
  const trying = useMemo(() => new Act(), []);
  const attempt = async (): Promise<void> => {
    const found = await trying.run(() => office.api.tryWay(site, way));
    tried.value = found?.tries[0] ?? null;
  };
  return (
    <fieldset class={css.way}>
      <legend>{name}</legend>
      {hint !== "" && <p class={page.meta}>{hint}</p>}
      {children}
      {ready && (
        <Button small label={`${t.tryIt}: ${name}`} disabled={trying.busy.value} onClick={() => void attempt()}>
          {t.tryIt}
        </Button>
      )}
      <div role="status" class={css.tried}>
        {trying.problem.value !== null && <Problem words={trying.problem.value} />}
        {tried.value !== null &&
          (tried.value.why === "" ? (
            <p class={page.good}>
              <Icon name="check" />
              {t.tried(tried.value.where)}
            </p>
          ) : (
            <Problem words={tried.value.why} />
          ))}
      </div>
    </fieldset>
  );
};

const Problem = ({ words }: { words: string }) => (
  <p class={page.problem} role="alert">
    <Icon name="triangle" />
    {words}
  </p>
);
