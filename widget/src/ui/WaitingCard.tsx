import { useEffect, useState } from "preact/hooks";
import type { VisitorState } from "../client/protocol.gen.ts";
import { ordinalWord, t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { moment } from "../times.ts";
import { Check, Clock, Phone } from "./icons.tsx";
import { lazily } from "./lazy.tsx";
import css from "./waiting.module.css";

const Choices = lazily(async () => (await import("./waiting/Choices.tsx")).Choices);

/** Milliseconds. */
const UPDATED_EVERY = 20_000;

/** Where the visitor stands, by when a person answers, and what to do meanwhile. */
export const WaitingCard = ({ chat }: { chat: Chat }) => {
  const { place, answer_by, staffed, wait } = useSlow(chat.state.value);
  const { callback } = chat.state.value;
  const words =
    callback !== null
      ? t("callAt", { when: moment(new Date(callback.start), new Date()) })
      : place === null
        ? t("placeKept")
        : place === 1
          ? t("placeNext")
          : t("placeNth", { place: ordinalWord(place) });
  const by =
    callback === null
      ? [rangeLine(wait), whenLine(answer_by, staffed)].filter((line) => line !== "").join(" ")
      : t("callMeanwhile");
  return (
    <section class={css.card} aria-label={t("personAsked")}>
      <div class={css.top}>
        <span class={css.tile} aria-hidden="true">
          {callback !== null ? <Phone size={24} /> : (place ?? <Clock size={24} />)}
        </span>
        <div role="status">
          <h2 class={css.place}>{words}</h2>
          <p class={css.by}>{by}</p>
        </div>
      </div>
      <p class={css.along}>
        <Check size={16} />
        {t("goesAlong")}
      </p>
      <Choices chat={chat} isLong={isLonger(wait, answer_by)} />
    </section>
  );
};

/** How long it usually takes, and where that comes from; "" before there is anything to go by. */
function rangeLine(wait: VisitorState["wait"]): string {
  if (wait === null || wait.basis === "promised") return "";
  const { likely, at_most: most, waits: count } = wait;
  return likely === most ? t("waitUsuallyOne", { most, count }) : t("waitUsually", { likely, most, count });
}

/** Whether one waits longer than was promised, as far as recent waits tell, or does already. */
function isLonger(wait: VisitorState["wait"], answerBy: string | null): boolean {
  if (answerBy === null) return false;
  const left = Date.parse(answerBy) - Date.now();
  return left < 0 || (wait?.basis === "recent" && wait.likely * 60_000 > left);
}

function whenLine(answerBy: string | null, staffed: boolean): string {
  const now = new Date();
  const by = answerBy === null ? null : new Date(answerBy);
  if (by === null || by < now) return t("answerSoon");
  return t(staffed ? "answerBy" : "answerWhenBack", { when: moment(by, now) });
}

/** `state`, but changing at most every 20 s: it is read out each time. */
function useSlow(state: VisitorState): VisitorState {
  const [shown, setShown] = useState({ state, at: Date.now() });
  useEffect(() => {
    if (shown.state === state) return;
    // What the visitor did themselves is shown at once.
    const isOwn = shown.state.callback?.start !== state.callback?.start;
    const wait = isOwn ? 0 : Math.max(0, shown.at + UPDATED_EVERY - Date.now());
    const timer = setTimeout(() => setShown({ state, at: Date.now() }), wait);
    return () => clearTimeout(timer);
  }, [state, shown]);
  return shown.state;
}
