import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { blanksOf } from "../model/blanks";
import { filled } from "../model/canned";
import type { Conversation } from "../model/conversation";
import type { Office } from "../model/office";
import { Button } from "./Bits";
import { Choices } from "./Choices";
import css from "./CannedBox.module.css";
import { Popover } from "./Popover";

/** Answers that are written often: found by a few letters, put in with the blanks filled. */
export const CannedBox = ({ office, conversation }: { office: Office; conversation: Conversation }) => {
  const words = useSignal("");
  const title = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const close = (): void => {
    office.box.value = null;
    office.desk.wantsField.value = true;
  };
  const found = office.canned
    .matching(words.value)
    .slice(0, 8)
    .map(({ id, title, text }) => ({
      key: id,
      title,
      text,
      act: () => {
        conversation.insert(filled(text, blanksOf(office, conversation)));
        close();
      },
    }));
  const draft = conversation.reply.value.trim();
  const flaws = office.wording.findings(draft, "reply");
  const keep = async (): Promise<void> => {
    const site = conversation.ticket.value?.site;
    if (site === undefined || title.value === null || title.value.trim() === "") return;
    try {
      await office.api.putCanned({ id: null, site, title: title.value.trim(), text: draft });
      await office.canned.load();
      close();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <Popover label={t.canned.title} class={css.box} onClose={close}>
      <Choices
        id="canned"
        label={t.canned.title}
        find={t.canned.find}
        groups={[{ title: "", choices: found }]}
        look={css}
        onWords={(typed) => (words.value = typed)}
        onChoose={(choice) => choice.act()}
        draw={(choice) => (
          <>
            <b>{choice.title}</b>
            <span>{choice.text}</span>
          </>
        )}
      />
      {found.length === 0 && <p class={css.quiet}>{t.canned.none}</p>}
      {draft !== "" &&
        (title.value === null ? (
          <Button small look="bare" onClick={() => (title.value = "")}>
            {t.canned.keepDraft}
          </Button>
        ) : (
          <form
            class={css.keep}
            onSubmit={(event) => {
              event.preventDefault();
              void keep();
            }}
          >
            <input
              type="text"
              required
              maxLength={120}
              aria-label={t.canned.name}
              placeholder={t.canned.name}
              onInput={(event) => (title.value = event.currentTarget.value)}
            />
            <Button type="submit">{t.canned.keep}</Button>
            {flaws[0] !== undefined && (
              <p class={css.quiet}>{t.canned.flaw(draft.slice(flaws[0].start, flaws[0].end), flaws[0].say ?? flaws[0].hint)}</p>
            )}
            {problem.value !== null && <p role="alert">{problem.value}</p>}
          </form>
        ))}
    </Popover>
  );
};
