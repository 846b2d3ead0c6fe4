import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Conversation } from "../model/conversation";
import { blankIn } from "../model/canned";
import { isSend } from "../model/keys";
import type { Office } from "../model/office";
import { clockTime } from "../model/times";
import { firstName } from "../model/verbs";
import { rewritten } from "../model/wording";
import { Button, Spoken } from "./Bits";
import { CannedBox } from "./CannedBox";
import css from "./Composer.module.css";
import { sendKey } from "./Help";
import { PromiseHint, Waves, WordingHint } from "./Hints";
import { Icon } from "./Icon";
import { Standing } from "./Standing";
import { Strip } from "./Strip";

const NEARLY_FULL = 200;

/** The foot of a conversation: who has it and what can be done about that, and the field to write in. */
export const Composer = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const held = office.desk.holds.value.has(conversation.id);
  const writesNote = conversation.mode.value === "note";
  if (conversation.missing.value) return null;
  return (
    <div class={css.foot}>
      {!held && <Standing office={office} conversation={conversation} />}
      {(held || writesNote || conversation.note.value !== "") && (
        <Field office={office} conversation={conversation} held={held} />
      )}
    </div>
  );
};

const Field = ({ office, conversation, held }: { office: Office; conversation: Conversation; held: boolean }) => {
  const { desk } = office;
  const area = useRef<HTMLTextAreaElement>(null);
  const mode = desk.modeOf(conversation);
  const text = conversation[mode].value;
  const visitor = conversation.visitor.value;
  const name = visitor === null ? t.theVisitor : firstName(visitor);
  const link = desk.link.value;
  const offline = link.kind === "offline_since" ? link.at : null;
  const left = desk.textLimit.value - [...text.trim()].length;
  const blank = mode === "reply" ? blankIn(text) : null;
  const sendable = text.trim() !== "" && left >= 0 && blank === null;
  const findings = office.wording.ready.value ? office.wording.findings(text, mode) : [];
  const promised = conversation.askAboutPromises.value ? office.ledger.openIn(conversation.id) : [];
  const write = (words: string): void => {
    conversation.write(mode, words);
    if (mode === "reply") office.found.typed(conversation.id, words);
  };

  useLayoutEffect(() => grow(area.current), [text, mode]);
  // At once, not with the next drawing: whoever types right after a key command loses no letter.
  useLayoutEffect(
    () =>
      effect(() => {
        const field = area.current;
        const words = conversation[desk.modeOf(conversation)].value;
        if (field === null) return;
        if (field.value !== words) field.value = words;
        if (!desk.wantsField.value) return;
        field.focus();
        desk.wantsField.value = false;
      }),
    [desk, conversation],
  );

  return (
    <form
      class={`${css.box} ${mode === "note" ? css.note : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (sendable) desk.submit();
      }}
    >
      {office.box.value === "canned" && <CannedBox office={office} conversation={conversation} />}
      <div class={css.paper}>
      {findings.length > 0 && <Waves text={text} findings={findings} />}
      <textarea
        ref={area}
        class={css.area}
        rows={2}
        value={text}
        aria-label={mode === "note" ? t.composer.noteLabel : t.composer.writeLabel(name)}
        placeholder={mode === "note" ? t.composer.notePlaceholder : t.composer.write(name)}
        aria-describedby="composer-strip"
        onInput={(event) => {
          write(event.currentTarget.value);
          desk.typing(event.currentTarget.value.trim() !== "");
        }}
        onBlur={() => desk.typing(false)}
        onKeyDown={(event) => {
          if (isSend(event)) {
            event.preventDefault();
            if (sendable) desk.submit();
          } else if (event.key === "/" && text === "" && mode === "reply") {
            event.preventDefault();
            office.box.value = "canned";
          } else if (event.key === "Tab" && !event.shiftKey && findings[0] !== undefined && findings[0].say !== null) {
            event.preventDefault();
            write(rewritten(text, findings[0]));
          } else if (event.key === "Escape") {
            event.currentTarget.blur();
          }
        }}
      />
      </div>
      <div id="composer-strip" class={css.strips} aria-live="polite">
        {conversation.askAboutDraft.value ? (
          <Strip tone="wait" icon="info" fact={t.composer.draftTitle} next={t.composer.draftNext}>
            <Button small onClick={() => desk.submit(true)}>
              {t.composer.sendAndResolve}
            </Button>
            <Button small look="bare" onClick={() => desk.resolve(true)}>
              {t.composer.resolveAnyway}
            </Button>
          </Strip>
        ) : promised.length > 0 ? (
          <Strip tone="risk" icon="flag" fact={t.promise.stays(promised.length)} next={promised[0]?.what ?? ""}>
            <Button small onClick={() => desk.resolve(true, true)}>
              {t.promise.keepAndResolve}
            </Button>
            <Button small look="bare" icon="close" label={t.actions.close} onClick={() => (conversation.askAboutPromises.value = false)} />
          </Strip>
        ) : left < 0 ? (
          <Strip tone="wait" icon="info" fact={t.composer.tooLong(-left)} next={t.composer.tooLongNext} />
        ) : offline !== null ? (
          <Strip
            tone="plain"
            icon="unplugged"
            fact={t.composer.offline(clockTime(offline))}
            next={t.composer.offlineNext}
          />
        ) : blank !== null ? (
          <Strip tone="wait" icon="info" fact={t.canned.blank(blank)} next={t.canned.blankNext} />
        ) : findings[0] !== undefined ? (
          <WordingHint finding={findings[0]} note={mode === "note"} text={text} onTake={write} />
        ) : mode === "note" ? (
          <Strip tone="plain" icon="lock" fact="" next={t.composer.privately} />
        ) : held ? (
          <>
            <PromiseHint office={office} conversation={conversation} />
            {office.remedies.allowance.value !== null && <p class={css.may}>{office.remedies.allowance.value.says}</p>}
          </>
        ) : null}
      </div>
      <div class={css.tools}>
        {held ? (
          <Modes conversation={conversation} office={office} />
        ) : (
          <Button look="bare" small onClick={() => (conversation.mode.value = "reply")}>
            {t.actions.close}
          </Button>
        )}
        {held && mode === "reply" && (
          <Button look="bare" icon="canned" label={t.canned.open} onClick={() => (office.box.value = office.box.value === "canned" ? null : "canned")} />
        )}
        {held && mode === "reply" && (
          <Button look="bare" icon="gift" label={t.right.title} hint={office.remedies.allowance.value?.says ?? t.right.title} onClick={() => office.makeRight()} />
        )}
        <span class={css.count} role="status">
          {left >= 0 && left < NEARLY_FULL ? t.composer.left(left) : ""}
        </span>
        {mode === "reply" && text.trim() !== "" && offline === null && !conversation.askAboutDraft.value && (
          <span class={css.andResolve}>
            <Button look="bare" disabled={!sendable || !desk.live.value} onClick={() => desk.submit(true)}>
              {t.composer.sendAndResolve}
            </Button>
          </span>
        )}
        <span class={css.send}>
          {mode === "note" ? (
            <Button type="submit" disabled={!sendable}>
              {t.composer.addNote}
            </Button>
          ) : (
            <Button type="submit" look="primary" disabled={!sendable}>
              <Spoken>{offline === null ? t.composer.send : t.composer.sendLater}</Spoken>
              <span class={css.sendWord} aria-hidden="true">
                {offline === null ? t.composer.send : t.composer.sendLater}
              </span>
              <span class={css.sendKey} aria-hidden="true">
                {sendKey}↵
              </span>
              <span class={css.sendIcon}>
                <Icon name="up" size={20} />
              </span>
            </Button>
          )}
        </span>
      </div>
    </form>
  );
};

const MODES = ["reply", "note"] as const;

const Modes = ({ conversation, office }: { conversation: Conversation; office: Office }) => (
  <div class={css.modes} role="group" aria-label={t.composer.mode}>
    {MODES.map((mode) => (
      <button
        key={mode}
        type="button"
        aria-pressed={conversation.mode.value === mode}
        onClick={() => {
          conversation.mode.value = mode;
          office.desk.wantsField.value = true;
        }}
      >
        {t.composer[mode]}
      </button>
    ))}
  </div>
);

/** Up to eight lines, then the field scrolls. Set as properties: style attributes are not allowed here. */
function grow(area: HTMLTextAreaElement | null): void {
  if (area === null) return;
  area.style.setProperty("height", "auto");
  area.style.setProperty("height", `${area.scrollHeight}px`);
}
