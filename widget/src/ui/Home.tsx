import type { FunctionComponent } from "preact";
import { t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { Site } from "../site.ts";
import { moment } from "../times.ts";
import { Face } from "./Avatar.tsx";
import { keepingFocus } from "./focus.ts";
import { firstName } from "./Header.tsx";
import css from "./home.module.css";
import { Bike, Chevron, Speech, Truck, Wrench } from "./icons.tsx";

const FACES_SHOWN = 3;

/** What one meets before the first word: a greeting, starts to choose from, and who is there. */
export const Home = ({ chat }: { chat: Chat }) => {
  if (chat.site.value === null) return <Loading />;
  const site = Site.speaking(chat.site.value);
  const [greeting = "", sub = t("homeSub")] = site.greeting.split("\n");
  return (
    <section class={css.home} aria-label={t("chatWith", { brand: site.name })}>
      <h2 class={css.greeting}>{greeting}</h2>
      <p class={css.sub}>{sub}</p>
      {!chat.mustConsent.value && (
        <ul class={css.starters}>
          {site.starters.map((starter) => {
            const [words = "", hint] = starter.split("\n");
            const Icon = iconFor(words);
            return (
              <li key={starter}>
                <button type="button" class={css.starter} onClick={keepingFocus(() => chat.say(words))}>
                  <span class={css.tile}>
                    <Icon size={20} />
                  </span>
                  <span class={css.words}>
                    <span class={css.ask}>{words}</span>
                    {hint !== undefined && <span class={css.hint}>{hint}</span>}
                  </span>
                  <Chevron size={16} />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <Team chat={chat} team={site.team} />
    </section>
  );
};

/** Who is at the desk, by name; with nobody there, who comes back and when, if that is known. */
const Team = ({ chat, team }: { chat: Chat; team: readonly string[] }) => {
  const availability = chat.availability.value;
  const isIn = availability?.open ?? false;
  const when = availability?.changes_at ? moment(new Date(availability.changes_at), new Date()) : null;
  const shown = (isIn ? (availability?.people ?? []) : team).slice(0, FACES_SHOWN);
  if (shown.length === 0 || (!isIn && when === null)) return null;
  const listed = list(shown.map(firstName));
  const isOne = shown.length === 1;
  const words = isIn
    ? t(isOne ? "teamInOne" : "teamIn", { names: listed })
    : t(isOne ? "teamBackOne" : "teamBack", { names: listed, when: when ?? "" });
  return (
    <div class={css.team}>
      <span class={css.faces}>
        {shown.map((name) => (
          <Face key={name} name={name} size="medium" />
        ))}
      </span>
      <p>{words}</p>
    </div>
  );
};

const Loading = () => (
  <div class={css.home} aria-busy="true">
    <span class={`${css.bar} ${css.barWide}`} />
    <span class={`${css.bar} ${css.barShort}`} />
    <div class={css.starters}>
      <span class={`${css.bar} ${css.barStarter}`} />
      <span class={`${css.bar} ${css.barStarter}`} />
      <span class={`${css.bar} ${css.barStarter}`} />
    </div>
  </div>
);

/** Stems of the widget's languages; what matches none gets a speech bubble. */
const SUBJECTS: [RegExp, FunctionComponent<{ size?: number }>][] = [
  [/\b(fit|bike|moto|passt|motorrad|sirve|vale|monte|compatib)/i, Bike],
  [/\b(order|parcel|track|deliver|pedido|commande|colis|bestell|paket|ordine|pacco)/i, Truck],
  [/\b(wrong|broken|leak|repair|damage|problem|fehlt|kaputt|roto|cass|rott|guasto)/i, Wrench],
];

function iconFor(words: string): FunctionComponent<{ size?: number }> {
  return SUBJECTS.find(([stems]) => stems.test(words))?.[1] ?? Speech;
}

function list(names: readonly string[]): string {
  const last = names[names.length - 1] ?? "";
  return names.length < 2 ? last : t("and", { names: names.slice(0, -1).join(", "), last });
}
