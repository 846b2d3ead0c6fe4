import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import type { Office } from "../../model/office";
import {
  LEVELS,
  REMEDIES,
  type LevelName,
  type Mode,
  type RemedyName,
  type TypedLevel,
  type TypedLimit,
  type TypedOffer,
  type TypedRules,
} from "../../model/rules";
import { Button, Skeleton, Spoken } from "../Bits";
import { Icon } from "../Icon";
import css from "./Authority.module.css";
import page from "./Page.module.css";

const words = t.right.rules;

/** Who may give how much at each site, and what is on offer there. */
export const Authority = ({ office }: { office: Office }) => {
  const { rules: book } = office;
  const chosen = useSignal<string | null>(null);
  const level = useSignal<LevelName>("agent");
  useEffect(() => void book.load(), [book]);
  const sites = book.sites.value;
  if (sites === null)
    return book.failed.value ? (
      <p class={page.lead}>
        {t.people.settings.failed} <Button onClick={() => void book.load()}>{t.people.settings.again}</Button>
      </p>
    ) : (
      <Skeleton rows={4} label={t.people.settings.loading} />
    );
  const rules = sites.find((one) => one.site === chosen.value) ?? sites[0];
  if (rules === undefined) return null;
  const edit = (change: (before: TypedRules) => TypedRules): void => book.edit(rules.site, change);
  const editLevel = (change: Partial<TypedLevel>): void =>
    edit((before) => ({
      ...before,
      levels: { ...before.levels, [level.value]: { ...before.levels[level.value], ...change } },
    }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void book.put(rules, words.badAmount);
      }}
    >
      <header class={page.head}>
        <h2>{words.section}</h2>
        <div class={page.acts}>
          <Button type="submit" look="primary" disabled={book.save.busy.value}>
            {words.save}
          </Button>
        </div>
      </header>
      {book.save.problem.value !== null && (
        <p class={`${page.problem} ${css.told}`} role="alert">
          <Icon name="triangle" />
          {book.save.problem.value}
        </p>
      )}
      {book.saved.value && (
        <p class={`${page.good} ${css.told}`} role="status">
          <Icon name="check" />
          {words.saved}
        </p>
      )}
      <section class={page.card} aria-label={words.title}>
        <h3>{words.title}</h3>
        <p class={page.lead}>{words.lead}</p>
        <div class={page.row}>
          {sites.length > 1 && (
            <label class={page.field}>
              {words.site}
              <select value={rules.site} onChange={(event) => (chosen.value = event.currentTarget.value)}>
                {sites.map((one) => (
                  <option key={one.site} value={one.site}>
                    {one.name || one.site}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label class={page.field}>
            {words.currency}
            <input
              type="text"
              class={css.currency}
              maxLength={3}
              pattern="[A-Z]{3}"
              required
              value={rules.currency}
              onInput={(event) => {
                const currency = event.currentTarget.value.toUpperCase();
                edit((before) => ({ ...before, currency }));
              }}
            />
          </label>
        </div>
        <div class={css.levels} role="group" aria-label={words.level}>
          {LEVELS.map((name) => (
            <button key={name} type="button" aria-pressed={level.value === name} onClick={() => (level.value = name)}>
              {words.levels[name]}
            </button>
          ))}
        </div>
        <Limits level={rules.levels[level.value]} onEdit={editLevel} />
      </section>
      <Menu menu={rules.menu} onEdit={(menu) => edit((before) => ({ ...before, menu }))} />
    </form>
  );
};

const Limits = ({ level, onEdit }: { level: TypedLevel; onEdit: (change: Partial<TypedLevel>) => void }) => (
  <>
    <div class={css.scroll} tabIndex={0} role="region" aria-label={words.title}>
      <table class={css.table}>
        <thead>
          <tr>
            <th scope="col">{words.remedy}</th>
            <th scope="col">{words.mode}</th>
            <th scope="col">{words.perCase}</th>
            <th scope="col">{words.perDay}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{words.all}</th>
            <td />
            <Amounts of={words.all} limit={level.all} onEdit={(all) => onEdit({ all })} />
          </tr>
          {REMEDIES.map((remedy) => {
            const { mode, limit } = level.single[remedy];
            const name = t.right.kinds[remedy];
            const change = (next: { mode: Mode; limit: TypedLimit }): void =>
              onEdit({ single: { ...level.single, [remedy]: next } });
            return (
              <tr key={remedy}>
                <th scope="row">{name}</th>
                <td>
                  <select
                    aria-label={words.ofIn(name, words.mode)}
                    value={mode}
                    onChange={(event) => change({ mode: event.currentTarget.value as Mode, limit })}
                  >
                    {(["whole", "own", "two"] as const).map((each) => (
                      <option key={each} value={each}>
                        {words.modes[each]}
                      </option>
                    ))}
                  </select>
                </td>
                {mode === "own" ? (
                  <Amounts of={name} limit={limit} onEdit={(next) => change({ mode, limit: next })} />
                ) : (
                  <>
                    <td class={css.none}>–</td>
                    <td class={css.none}>–</td>
                  </>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
    <label class={page.tick}>
      <input
        type="checkbox"
        checked={level.needsNote}
        onChange={(event) => onEdit({ needsNote: event.currentTarget.checked })}
      />
      {words.saysWhy}
    </label>
  </>
);

const Amounts = ({ of, limit, onEdit }: { of: string; limit: TypedLimit; onEdit: (limit: TypedLimit) => void }) => (
  <>
    <td>
      <input
        type="text"
        inputMode="decimal"
        aria-label={words.ofIn(of, words.perCase)}
        placeholder={words.any}
        value={limit.perCase}
        onInput={(event) => onEdit({ ...limit, perCase: event.currentTarget.value })}
      />
    </td>
    <td>
      <input
        type="text"
        inputMode="decimal"
        aria-label={words.ofIn(of, words.perDay)}
        placeholder={words.any}
        value={limit.perDay}
        onInput={(event) => onEdit({ ...limit, perDay: event.currentTarget.value })}
      />
    </td>
  </>
);

const Menu = ({ menu, onEdit }: { menu: readonly TypedOffer[]; onEdit: (menu: readonly TypedOffer[]) => void }) => {
  const change = (at: number, next: Partial<TypedOffer>): void =>
    onEdit(menu.map((row, each) => (each === at ? { ...row, ...next } : row)));
  return (
    <section class={page.card} aria-label={words.menuTitle}>
      <h3>{words.menuTitle}</h3>
      <p class={page.lead}>{words.menuLead}</p>
      <ul class={css.menu}>
        {menu.map((row, at) => (
          <li key={at}>
            <select
              aria-label={words.ofIn(words.remedy, String(at + 1))}
              value={row.remedy}
              onChange={(event) => change(at, { remedy: event.currentTarget.value as RemedyName })}
            >
              {REMEDIES.map((remedy) => (
                <option key={remedy} value={remedy}>
                  {t.right.kinds[remedy]}
                </option>
              ))}
            </select>
            <input
              type="text"
              class={css.name}
              maxLength={300}
              aria-label={words.ofIn(words.name, String(at + 1))}
              placeholder={words.name}
              value={row.what}
              onInput={(event) => change(at, { what: event.currentTarget.value })}
            />
            <input
              type="text"
              inputMode="decimal"
              aria-label={words.ofIn(words.amount, String(at + 1))}
              placeholder={words.amount}
              value={row.amount}
              onInput={(event) => change(at, { amount: event.currentTarget.value })}
            />
            <Button small look="bare" icon="close" onClick={() => onEdit(menu.filter((_, each) => each !== at))}>
              <Spoken>
                {words.remove}: {row.what || t.right.kinds[row.remedy]}
              </Spoken>
            </Button>
          </li>
        ))}
      </ul>
      <Button small disabled={menu.length >= 24} onClick={() => onEdit([...menu, { remedy: "spare", what: "", amount: "" }])}>
        {words.add}
      </Button>
    </section>
  );
};
