import type { FunctionComponent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Key, t } from "../i18n.ts";
import type { Chat } from "../model.ts";
import { enterPanel } from "./focus.ts";
import { CheckRound, Frown, Level, Smile } from "./icons.tsx";
import css from "./survey.module.css";

const SCORES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const LONGEST = 2_000;
type Feeling = "good" | "mixed" | "bad";
const FEELINGS: readonly [Feeling, Key, FunctionComponent<{ size?: number }>][] = [
  ["good", "feelGood", Smile],
  ["mixed", "feelMixed", Level],
  ["bad", "feelBad", Frown],
];

/** One question at a time after a resolution, each skippable: solved, 0 to 10 and why, how one feels. */
type Step = "solved" | "score" | "feeling" | "thanks";

interface Answer {
  score?: number;
  why?: string;
  feeling?: Feeling;
  solved?: boolean;
  skipped?: boolean;
}

export const Survey = ({ chat, question }: { chat: Chat; question: string }) => {
  const [step, setStep] = useState<Step>("solved");
  const [isSolved, setSolved] = useState(false);
  const [score, setScore] = useState<number | null>(null);
  const [why, setWhy] = useState("");
  const [hasFailed, setFailed] = useState(false);
  const box = useRef<HTMLElement>(null);
  const brand = chat.site.value?.name ?? "";

  /** Says it, and goes on to `next`; where it is not heard the card stays as it is. */
  const tell = async (answer: Answer, next: Step | null): Promise<void> => {
    setFailed(false);
    try {
      await chat.own("POST", "/recommend", { id: question, ...answer });
    } catch {
      setFailed(true);
      return;
    }
    if (next === null) chat.question.value = null;
    else setStep(next);
    requestAnimationFrame(() => {
      if (next === null || next === "thanks") enterPanel();
      else box.current?.querySelector<HTMLElement>("button, input")?.focus();
    });
  };
  const skip = (): void => void (step === "feeling" ? setStep("thanks") : tell({ skipped: true }, null));

  // Who taps a number and goes has answered: the number is not lost with the page.
  const unsent = useRef<Answer | null>(null);
  unsent.current = step === "score" && score !== null ? { score, ...(why.trim() !== "" && { why: why.trim() }) } : null;
  useEffect(() => {
    const onHidden = (): void => {
      if (document.visibilityState === "hidden" && unsent.current !== null) {
        chat.own("POST", "/recommend", { id: question, ...unsent.current }).catch(() => undefined);
      }
    };
    document.addEventListener("visibilitychange", onHidden);
    return () => document.removeEventListener("visibilitychange", onHidden);
  }, [question]);

  if (step === "thanks") {
    return (
      <p class={css.said} role="status">
        <span>{t("surveyThanks", { brand })}</span>
      </p>
    );
  }
  return (
    <>
      {isSolved && (
        <p class={css.said} data-tone="calm" role="status">
          <span>
            <CheckRound size={16} />
            {t("solvedSaid")}
          </span>
        </p>
      )}
      <section ref={box} class={css.card} aria-labelledby="survey">
        <h2 class={css.ask} id="survey">
          {t(step === "solved" ? "askSolved" : step === "score" ? "askRecommend" : "askFeeling")}
        </h2>
        {step === "solved" && (
          <div class={css.pair}>
            <button
              type="button"
              class={css.choice}
              onClick={() => {
                setSolved(true);
                void tell({ solved: true }, "score");
              }}
            >
              {t("solvedYes")}
            </button>
            <button type="button" class={css.choice} onClick={() => void tell({ solved: false }, null)}>
              {t("solvedMore")}
            </button>
          </div>
        )}
        {step === "score" && (
          <form
            class={css.form}
            onSubmit={(submit) => {
              submit.preventDefault();
              if (unsent.current !== null) void tell(unsent.current, "feeling");
            }}
          >
            <Scale score={score} onPick={setScore} />
            {score !== null && (
              <label class={css.why}>
                <span>
                  {t("askWhy", { score })} <small>{t("ifYouLike")}</small>
                </span>
                <textarea
                  rows={2}
                  maxLength={LONGEST}
                  dir="auto"
                  value={why}
                  onInput={(input) => setWhy(input.currentTarget.value)}
                />
              </label>
            )}
            <div class={css.ends}>
              {score !== null && (
                <button type="submit" class={css.send}>
                  {t("formSend")}
                </button>
              )}
              <button type="button" class={css.skip} onClick={skip}>
                {t("skip")}
              </button>
            </div>
          </form>
        )}
        {step === "feeling" && (
          <div class={css.faces}>
            {FEELINGS.map(([feeling, words, Face]) => (
              <button key={feeling} type="button" class={css.face} onClick={() => void tell({ feeling }, "thanks")}>
                <Face size={24} />
                {t(words)}
              </button>
            ))}
          </div>
        )}
        {step !== "score" && (
          <button type="button" class={css.skip} onClick={skip}>
            {t("skip")}
          </button>
        )}
        {hasFailed && (
          <p class={css.fault} role="alert">
            {t("tryInAMoment")}
          </p>
        )}
      </section>
    </>
  );
};

/** Eleven equal cells. Arrows move, as in any group of choices of which one is picked. */
const Scale = ({ score, onPick }: { score: number | null; onPick: (score: number) => void }) => (
  <div>
    <div class={css.scale} role="radiogroup" aria-labelledby="survey" aria-describedby="survey-low survey-high">
      {SCORES.map((each) => (
        <label key={each} class={css.cell} data-picked={each === score}>
          <input type="radio" name="score" value={each} checked={each === score} onChange={() => onPick(each)} />
          {each}
        </label>
      ))}
    </div>
    <p class={css.ends}>
      <span id="survey-low">{t("ratherNot")}</span>
      <span id="survey-high">{t("anyTime")}</span>
    </p>
  </div>
);
