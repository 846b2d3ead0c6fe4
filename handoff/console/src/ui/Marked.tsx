import { t } from "../i18n";
import type { Office } from "../model/office";
import { Button } from "./Bits";
import { Icon } from "./Icon";
import css from "./Marked.module.css";

/** Beside the reasons: this was none. What people say here is what triage is judged by. */
export const NotUpset = ({ office, pos }: { office: Office; pos: number }) => {
  const { labels } = office;
  return labels.marks.value.get(pos) === "none" ? (
    <span class={css.noted} role="status">
      <Icon name="check" size={14} />
      {t.labels.noted}
      <Button small look="bare" onClick={() => void labels.mark(pos, null)}>
        {t.labels.undo}
      </Button>
    </span>
  ) : (
    <span class={css.ask}>
      <Button small look="bare" hint={t.labels.notUpsetHint} onClick={() => void labels.mark(pos, "none")}>
        {t.labels.notUpset}
      </Button>
    </span>
  );
};

/** Beside what the assistant was left alone with: a person should have come. Shown to whoever points at it. */
export const Missed = ({ office, pos }: { office: Office; pos: number }) => {
  const { labels } = office;
  const label = labels.marks.value.get(pos);
  return label !== undefined && label !== "none" ? (
    <span class={css.noted} role="status">
      <Icon name="check" size={14} />
      {t.labels.missedNoted}
      <Button small look="bare" onClick={() => void labels.mark(pos, null)}>
        {t.labels.undo}
      </Button>
    </span>
  ) : (
    <span class={css.missed}>
      <Button small look="bare" label={t.labels.missed} onClick={() => void labels.mark(pos, "emotion")}>
        {t.labels.missedShort}
      </Button>
    </span>
  );
};
