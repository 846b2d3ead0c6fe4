import { useSignal } from "@preact/signals";
import type { Shelf } from "@client/storage";
import { t } from "../i18n";
import type { View } from "../model/desk";
import { alerts as alertWords } from "../words/alerts";
import type { Office } from "../model/office";
import { atLeast } from "../model/roles";
import { clockTime } from "../model/times";
import { setTheme, theme, THEMES } from "../model/theme";
import { Avatar } from "./Bits";
import { Icon, type IconName } from "./Icon";
import { Logo } from "./Logo";
import { Popover } from "./Popover";
import css from "./Rail.module.css";

const PLACES: readonly { view: View; icon: IconName }[] = [
  { view: "queue", icon: "queue" },
  { view: "mine", icon: "bubble" },
  { view: "promises", icon: "flag" },
  { view: "all", icon: "list" },
  { view: "reports", icon: "chart" },
  { view: "wall", icon: "grid" },
  { view: "settings", icon: "sliders" },
];

/** What the foot of a phone has room for; the other places stand in the menu of one's own there. */
const ON_A_PHONE: readonly View[] = ["queue", "mine", "promises", "all"];

const mayGo = (office: Office, view: View): boolean =>
  (view !== "reports" || office.reports.mayBeSeen.value) && (view !== "wall" || atLeast(office.role, "supervisor"));

export const Rail = ({ office, shelf }: { office: Office; shelf: Shelf }) => {
  const { desk } = office;
  const waiting = desk.calling.value;
  const risk = office.ledger.atRisk.value.length;
  const unread = desk.unread.value;
  const badge: Record<View, { count: number; words: string }> = {
    queue: { count: waiting, words: t.nav.waitingCount(waiting) },
    mine: { count: unread, words: t.nav.unreadCount(unread) },
    promises: { count: risk, words: t.nav.promisesAtRisk(risk) },
    all: { count: 0, words: "" },
    reports: { count: 0, words: "" },
    wall: { count: 0, words: "" },
    settings: { count: 0, words: "" },
  };
  return (
    <nav class={css.rail} aria-label={t.nav.label}>
      <span class={css.logo}>
        <Logo />
      </span>
      <ul class={css.places}>
        {PLACES.filter(({ view }) => mayGo(office, view)).map(({ view, icon }) => (
          <li key={view} class={ON_A_PHONE.includes(view) ? undefined : css.roomy}>
            <button
              type="button"
              class={css.place}
              aria-current={desk.view.value === view ? "page" : undefined}
              onClick={() => {
                if (window.matchMedia("(max-width: 719px)").matches) desk.choose(null);
                office.go(view);
              }}
            >
              <span class={css.placeIcon}>
                <Icon name={icon} size={20} />
                {badge[view].count > 0 && (
                  <span class={css.badge} aria-hidden="true">
                    {badge[view].count > 99 ? "99+" : badge[view].count}
                  </span>
                )}
              </span>
              {t.nav[view]}
              {badge[view].count > 0 && <span class={css.unseen}>{badge[view].words}</span>}
            </button>
          </li>
        ))}
      </ul>
      <LinkLight office={office} />
      <Me office={office} shelf={shelf} />
    </nav>
  );
};

const LinkLight = ({ office }: { office: Office }) => {
  const link = office.desk.link.value;
  const [look, words] =
    link.kind === "live"
      ? ([css.live, t.link.live] as const)
      : link.kind === "offline_since"
        ? ([css.offline, t.link.offlineSince(clockTime(link.at))] as const)
        : link.kind === "catching_up"
          ? ([css.catching, t.link.catchingUp] as const)
          : ([css.catching, t.link.connecting] as const);
  return (
    <p class={css.link} role="status" aria-label={t.link.label} data-link={link.kind}>
      <span class={`${css.light} ${look}`} />
      {words}
    </p>
  );
};

const Me = ({ office, shelf }: { office: Office; shelf: Shelf }) => {
  const { desk } = office;
  const open = useSignal(false);
  const available = desk.available.value;
  const close = (): void => {
    open.value = false;
  };
  return (
    <div class={css.me}>
      <button
        type="button"
        class={css.meButton}
        aria-haspopup="dialog"
        aria-expanded={open.value}
        onClick={() => (open.value = !open.value)}
      >
        <span class={css.face}>
          <Avatar name={desk.me.name} size={32} />
          <span class={available ? css.availableDot : css.awayDot} />
        </span>
        <span class={css.unseen}>
          {t.presence.button(available ? t.presence.available : t.presence.away, desk.me.name)}
        </span>
        <span class={css.meState} aria-hidden="true">
          {available ? t.presence.available : t.presence.away}
        </span>
        <span class={css.meShort} aria-hidden="true">
          {t.nav.you}
        </span>
      </button>
      {open.value && (
        <Popover label={t.presence.label(desk.me.name)} onClose={close} class={css.menu}>
          <p class={css.who}>
            <b>{desk.me.name}</b>
            <span>{t.presence.capacity(desk.holds.value.size, desk.capacity.value)}</span>
          </p>
          <ul class={css.elsewhere}>
            {PLACES.filter(({ view }) => !ON_A_PHONE.includes(view) && mayGo(office, view)).map(({ view, icon }) => (
              <li key={view}>
                <button
                  type="button"
                  class={css.item}
                  onClick={() => {
                    close();
                    office.go(view);
                  }}
                >
                  <Icon name={icon} />
                  {t.nav[view]}
                </button>
              </li>
            ))}
          </ul>
          <fieldset class={css.group}>
            <legend class={css.unseen}>{t.presence.title}</legend>
            {[true, false].map((value) => (
              <label key={String(value)} class={css.choice}>
                <input
                  type="radio"
                  name="availability"
                  checked={available === value}
                  onChange={() => desk.setAvailable(value)}
                />
                <span class={value ? css.availableDot : css.awayDot} />
                <span>
                  {value ? t.presence.available : t.presence.away}
                  <small>{value ? t.presence.availableHint : t.presence.awayHint}</small>
                </span>
              </label>
            ))}
          </fieldset>
          <fieldset class={`${css.group} ${css.themes}`}>
            <legend class={css.unseen}>{t.theme.label}</legend>
            {THEMES.map((one) => (
              <label key={one} class={css.theme}>
                <input type="radio" name="theme" checked={theme.value === one} onChange={() => setTheme(one, shelf)} />
                <span>{t.theme[one]}</span>
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            class={css.item}
            onClick={() => {
              close();
              office.sheet.value = "alerts";
            }}
          >
            <Icon name="bell" />
            {alertWords.test}
          </button>
          <button
            type="button"
            class={css.item}
            onClick={() => {
              close();
              office.sheet.value = "help";
            }}
          >
            <Icon name="keyboard" />
            {t.presence.keys}
          </button>
          <button type="button" class={css.item} onClick={() => void office.signOut()}>
            <Icon name="leave" />
            {t.presence.signOut}
          </button>
        </Popover>
      )}
    </div>
  );
};
