import type { Availability } from "../client/protocol.gen.ts";
import { ordinal, t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { moment } from "../times.ts";
import { Face, initials } from "./Avatar.tsx";
import { keepingFocus } from "./focus.ts";
import css from "./header.module.css";
import { Clock, Close, Dots, Person } from "./icons.tsx";
import { ownData } from "./own/page.ts";

/** Who is on the other side, how it stands, and a person one tap away. */
export const Header = ({ chat, onClose }: { chat: Chat; onClose: (() => void) | null }) => {
  const site = chat.site.value;
  const { status, agent } = chat.state.value;
  const isHuman = status === "human" && agent !== null;
  return (
    <header class={css.header}>
      <div class={css.who}>
        {site === null ? (
          <span class={`${css.logo} ${css.bar}`} />
        ) : isHuman ? (
          <span class={css.faceHere} data-live={chat.link.value.kind === "live"}>
            <Face name={agent} size="large" />
          </span>
        ) : (
          <span class={css.logo} aria-hidden="true">
            {initials(site.name).slice(0, 1)}
          </span>
        )}
        <div class={css.title}>
          {/* Focus comes here when the panel opens on a touch screen, where a field would call the keyboard. */}
          <h1 class={css.name} id="title" tabIndex={-1} aria-label={site === null ? t("chat") : undefined}>
            {isHuman ? firstName(agent) : (site?.name ?? <span class={`${css.bar} ${css.nameBar}`} />)}
          </h1>
          <p class={css.line}>{site === null ? <span class={`${css.bar} ${css.lineBar}`} /> : <Standing chat={chat} />}</p>
        </div>
      </div>
      {!isHuman && !chat.mustConsent.value && !chat.isErased.value && <PersonPill chat={chat} />}
      {!chat.isEmpty.value && !chat.mustConsent.value && !chat.isErased.value && <More />}
      {onClose !== null && (
        <button type="button" class={css.close} aria-label={t("close")} onClick={onClose}>
          <Close />
        </button>
      )}
    </header>
  );
};

/** Opens what one can do with one's own data. */
const More = () => (
  <button
    type="button"
    class={css.more}
    data-menu
    aria-label={t("more")}
    aria-haspopup="dialog"
    aria-expanded={ownData.value !== null}
    onClick={() => (ownData.value = ownData.value === null ? "menu" : null)}
  >
    <Dots />
  </button>
);

const PersonPill = ({ chat }: { chat: Chat }) => {
  const isAsked = chat.state.value.status === "waiting" || chat.isAskingForPerson.value;
  if (isAsked) {
    return (
      <p class={`${css.pill} ${css.asked}`} role="status">
        <Clock size={16} />
        {t("personAsked")}
      </p>
    );
  }
  return (
    <button type="button" class={css.pill} onClick={keepingFocus(() => chat.talkToPerson(t("talkToPersonSaid")))}>
      <Person size={16} />
      {t("talkToPerson")}
    </button>
  );
};

const Standing = ({ chat }: { chat: Chat }) => {
  const { status, agent, place, staffed } = chat.state.value;
  const brand = chat.site.value?.name ?? "";
  if (status === "human" && agent !== null) return <>{t("person", { brand })}</>;
  const availability = chat.availability.value;
  const words = status === "waiting" ? placeLine(place) : availabilityLine(availability, new Date());
  return (
    <>
      <span class={css.dot} data-open={status === "waiting" ? staffed : (availability?.open ?? false)} />
      <span class={css.words}>{words}</span>
    </>
  );
};

/** "People till 18:00", "Back Mon 9:00". */
export function availabilityLine(availability: Availability | null, now: Date): string {
  if (availability === null) return t("instantAnswers");
  const when = availability.changes_at === null ? null : moment(new Date(availability.changes_at), now);
  if (availability.open) return when === null ? t("peopleHere") : t("peopleTill", { when });
  return when === null ? t("instantAnswers") : t("peopleBack", { when });
}

/** In few words: it stands beside the pill. */
function placeLine(place: number | null): string {
  return place === null ? t("inLine") : place === 1 ? t("inLineNext") : t("inLineNth", { place: ordinal(place) });
}

export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name;
}
