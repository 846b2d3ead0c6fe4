import type { FoundPromise } from "@client/protocol.gen";
import { t } from "../i18n";
import { dayAndTime, tomorrowMorning } from "../model/moments";
import { rewritten, type Finding } from "../model/wording";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { Button } from "./Bits";
import css from "./Composer.module.css";
import { Strip } from "./Strip";

/** The same words behind the field, with a wave under those that close a door. */
export const Waves = ({ text, findings }: { text: string; findings: readonly Finding[] }) => {
  let at = 0;
  const parts = findings.flatMap((one) => {
    const before = text.slice(at, one.start);
    at = one.end;
    return [before, <mark key={one.start}>{text.slice(one.start, one.end)}</mark>];
  });
  return (
    <div class={css.waves} aria-hidden="true">
      {parts}
      {text.slice(at)}{"\n"}
    </div>
  );
};

/** What to say instead of the first phrase that was found. */
export const WordingHint = ({
  finding,
  note,
  text,
  onTake,
}: {
  finding: Finding;
  note: boolean;
  text: string;
  onTake: (text: string) => void;
}) => {
  const phrase = text.slice(finding.start, finding.end);
  const next = finding.say === null ? finding.hint : finding.say === "" ? t.wording.leaveOut(phrase) : t.wording.say(finding.say);
  return (
    <Strip tone="wait" icon="spark" fact={note ? t.wording.note : t.wording.reply} next={next} title={finding.why}>
      {finding.say !== null && (
        <Button small keyName="Tab" onClick={() => onTake(rewritten(text, finding))}>
          {t.wording.use}
        </Button>
      )}
    </Strip>
  );
};

/** A promise in the words: kept on record with one tap. */
export const PromiseHint = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const promises = office.found.promises.value;
  const [first] = promises;
  if (first === undefined) return null;
  const due = (one: FoundPromise): string => one.due_at ?? new Date(tomorrowMorning(office.desk.clock.now())).toISOString();
  const add = async (): Promise<void> => {
    for (const one of promises) {
      if (await office.ledger.make(conversation.id, one.what, due(one), "composer")) office.found.settled(one);
      else conversation.notice.value = { tone: "wait", fact: t.notice.stays, next: office.ledger.failed.value ?? "" };
    }
  };
  const words = promises.map((one) => t.promise.found(one.what, one.due_at === null ? null : dayAndTime(one.due_at))).join(", ");
  return (
    <Strip tone="risk" icon="flag" fact={t.promise.inHere(promises.length)} next={words}>
      <Button small onClick={() => void add()}>
        {promises.length === 1 ? t.promise.addIt : t.promise.addAll}
      </Button>
      <Button small look="bare" icon="close" label={t.promise.wave} onClick={() => promises.forEach((one) => office.found.settled(one))} />
    </Strip>
  );
};
