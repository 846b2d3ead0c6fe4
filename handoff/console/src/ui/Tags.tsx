import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import type { Office } from "../model/office";
import { Button, Spoken } from "./Bits";
import { Icon } from "./Icon";
import css from "./Tags.module.css";

/** Words by which a conversation is found and counted. */
export const Tags = ({ office }: { office: Office }) => {
  const { labels } = office;
  const adds = useSignal(false);
  const words = useSignal("");
  const put = (): void => {
    void labels.tag(words.value, true);
    words.value = "";
  };
  return (
    <div class={css.tags} role="group" aria-label={t.labels.tags}>
      {labels.tags.value.map((tag) => (
        <span key={tag} class={css.tag}>
          {tag}
          <button type="button" aria-label={t.labels.remove(tag)} onClick={() => void labels.tag(tag, false)}>
            <Icon name="close" size={14} />
          </button>
        </span>
      ))}
      {adds.value ? (
        <form
          class={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            put();
          }}
        >
          <label>
            <Spoken>{t.labels.add}</Spoken>
            <input
              type="text"
              maxLength={40}
              list="tags-known"
              ref={(field) => field?.focus()}
              value={words.value}
              placeholder={t.labels.add}
              onInput={(event) => (words.value = event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Escape") adds.value = false;
              }}
              onBlur={() => {
                if (words.value.trim() === "") adds.value = false;
              }}
            />
          </label>
          <datalist id="tags-known">
            {labels.known.value.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
        </form>
      ) : (
        <Button small look="bare" icon="tag" label={t.labels.add} onClick={() => (adds.value = true)}>
          {t.labels.addShort}
        </Button>
      )}
      {labels.problem.value !== null && (
        <p class={css.problem} role="alert">
          {labels.problem.value}
        </p>
      )}
    </div>
  );
};
