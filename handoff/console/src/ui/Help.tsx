import { t } from "../i18n";
import type { Office } from "../model/office";
import { Key } from "./Bits";
import css from "./Help.module.css";
import { Sheet } from "./Sheet";

/** ⌘ on Apple's keyboards, Ctrl elsewhere. */
export const sendKey = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

const GROUPS: readonly (readonly [string, readonly (readonly [readonly string[], string])[]])[] = [
  [
    t.help.inList,
    [
      [["j", "k"], t.help.move],
      [["c"], t.help.claim],
    ],
  ],
  [
    t.help.inConversation,
    [
      [["r"], t.help.reply],
      [["n"], t.help.note],
      [[sendKey, "↵"], t.help.send],
      [["↵"], t.help.newline],
      [["/"], t.canned.open],
      [["t"], t.transfer.title],
      [["s"], t.snooze.title],
      [["p"], t.promise.add],
      [["m"], t.right.title],
      [["e"], t.help.resolve],
    ],
  ],
  [
    t.help.anywhere,
    [
      [[sendKey, "k"], t.palette.open],
      [["esc"], t.help.escape],
      [["?"], t.help.help],
    ],
  ],
];

export const Help = ({ office }: { office: Office }) => (
  <Sheet label={t.help.title} onClose={() => (office.sheet.value = null)}>
    <div class={css.help}>
      <h2 class={css.title}>{t.help.title}</h2>
      {GROUPS.map(([title, keys]) => (
        <section key={title} class={css.group}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([names, words]) => (
              <div key={words} class={css.line}>
                <dt>
                  {names.map((name) => (
                    <Key key={name}>{name}</Key>
                  ))}
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label class={css.single}>
        <input
          type="checkbox"
          role="switch"
          checked={office.singleKeys.value}
          onChange={(event) => office.setSingleKeys(event.currentTarget.checked)}
        />
        <span>
          <b>{t.help.single}</b>
          {t.help.singleHint}
        </span>
      </label>
    </div>
  </Sheet>
);
