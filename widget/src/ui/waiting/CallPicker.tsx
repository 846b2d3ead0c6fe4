import { useId, useState } from "preact/hooks";
import type { Span } from "../../client/protocol.gen.ts";
import { t } from "../../i18n.ts";
import type { Chat } from "../../model.ts";
import { Refused } from "../../rest.ts";
import { moment, sameDay } from "../../times.ts";
import { faultOf } from "../cards/faults.ts";
import { enterPanel } from "../focus.ts";
import css from "./choices.module.css";

/** Milliseconds between the first two times that are shown, so that they are a choice. */
const APART = 2 * 3_600_000;
const SHOWN = 3;

interface Props {
  chat: Chat;
  times: readonly Span[];
  phone: string;
  /** The times have changed: somebody was quicker. */
  onTaken: () => void;
}

/** A time for a call, then the number, then it is booked. */
export const CallPicker = ({ chat, times, phone: known, onTaken }: Props) => {
  const id = useId();
  const [picked, setPicked] = useState<string | null>(null);
  const [phone, setPhone] = useState(known);
  const [fault, setFault] = useState("");
  const [isAll, setAll] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const shown = isAll ? times : apart(times);

  const book = async (): Promise<void> => {
    const wrong = faultOf({ kind: "phone", required: true }, phone);
    setFault(wrong === null ? "" : t(wrong));
    if (wrong !== null || picked === null || isBusy) return void document.getElementById(id)?.focus();
    setBusy(true);
    try {
      await chat.own("POST", "/callbacks", { start: picked, phone: phone.trim() });
      enterPanel();
    } catch (error) {
      const isTaken = error instanceof Refused && error.code === "slot_taken";
      setFault(t(isTaken ? "slotTaken" : "tryInAMoment"));
      if (isTaken) {
        setPicked(null);
        onTaken();
      }
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class={css.picker}
      noValidate
      onSubmit={(submit) => {
        submit.preventDefault();
        void book();
      }}
    >
      <ul class={css.chips} aria-label={t("callTimes")}>
        {shown.map(({ start }, i) => (
          <li key={start}>
            <button type="button" class={css.chip} aria-pressed={start === picked} onClick={() => setPicked(start)}>
              {timeWords(start, shown[i - 1]?.start)}
            </button>
          </li>
        ))}
        {!isAll && times.length > shown.length && (
          <li>
            <button type="button" class={css.more} onClick={() => setAll(true)}>
              {t("otherTimes")}
            </button>
          </li>
        )}
      </ul>
      {picked !== null && (
        <div class={css.line}>
          <div class={css.fieldBox}>
            <label for={id}>{t("callPhone")}</label>
            <input
              id={id}
              class={css.input}
              type="tel"
              autocomplete="tel"
              value={phone}
              aria-invalid={fault !== ""}
              aria-describedby={fault === "" ? undefined : `${id}-fault`}
              onInput={(input) => setPhone(input.currentTarget.value)}
            />
          </div>
          <button type="submit" class={css.do} disabled={isBusy}>
            {t("callBook")}
          </button>
        </div>
      )}
      {fault !== "" && (
        <p class={css.fault} id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </form>
  );
};

/** The next time, one later that day, one on another day: near, and different enough to choose between. */
function apart(times: readonly Span[]): readonly Span[] {
  const chosen = times.slice(0, 1);
  for (const time of times) {
    const [last, at] = [new Date(chosen[chosen.length - 1]?.start ?? 0), new Date(time.start)];
    const isFar = chosen.length === 1 ? at.getTime() - last.getTime() >= APART : !sameDay(at, new Date(chosen[0]?.start ?? 0));
    if (isFar && chosen.length < SHOWN) chosen.push(time);
  }
  return chosen;
}

/** "Today 11:30", then "14:00", then "Tue 09:30": the day where it changes. */
function timeWords(start: string, before: string | undefined): string {
  const at = new Date(start);
  const words = moment(at, new Date());
  if (before === undefined) return sameDay(at, new Date()) ? `${t("today")} ${words}` : words;
  return sameDay(at, new Date(before)) ? moment(at, at) : words;
}
