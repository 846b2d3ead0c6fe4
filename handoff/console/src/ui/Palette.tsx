import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SearchHit } from "@client/protocol.gen";
import { t } from "../i18n";
import { filled } from "../model/canned";
import { blanksOf } from "../model/blanks";
import type { Office } from "../model/office";
import { shortDate } from "../model/times";
import { Key, Spoken } from "./Bits";
import { Choices, type Choice } from "./Choices";
import { Icon, type IconName } from "./Icon";
import css from "./Palette.module.css";
import { Sheet } from "./Sheet";

interface Command extends Choice {
  icon: IconName;
  words: string;
  meta: string;
  keyName?: string;
}

const PAUSE_MS = 180;

/** Everything by its name: what can be done here, canned answers, conversations by what was said, places. */
export const Palette = ({ office }: { office: Office }) => {
  const words = useSignal("");
  const hits = useSignal<readonly SearchHit[]>([]);
  const close = (): void => {
    office.sheet.value = null;
  };
  useEffect(() => {
    void office.canned.load();
  }, []);
  useEffect(() => {
    const asked = words.value.trim();
    if (asked.length < 2) {
      hits.value = [];
      return;
    }
    const timer = setTimeout(() => {
      office.api.search(asked).then(
        (found) => {
          if (words.value.trim() === asked) hits.value = found.hits;
        },
        () => (hits.value = []),
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words.value]);

  const groups = groupsOf(office, words.value, hits.value);
  const count = groups.reduce((sum, group) => sum + group.choices.length, 0);
  return (
    <Sheet label={t.palette.title} onClose={close}>
      <div class={css.palette}>
        <Choices
          id="palette"
          label={t.palette.title}
          find={t.palette.placeholder}
          groups={groups}
          look={css}
          onWords={(typed) => (words.value = typed)}
          onChoose={(choice) => {
            close();
            choice.act();
          }}
          draw={(choice) => (
            <>
              <Icon name={choice.icon} />
              <span class={css.words}>{choice.words}</span>
              <span class={css.meta}>{choice.meta}</span>
              {choice.keyName !== undefined && <Key>{choice.keyName}</Key>}
            </>
          )}
          field={(input) => (
            <div class={css.field}>
              <Icon name="search" />
              {input}
            </div>
          )}
        />
        {count === 0 && <p class={css.nothing}>{t.palette.nothing}</p>}
        <p class={css.foot} aria-hidden="true">
          <Key>↑</Key> <Key>↓</Key> {t.palette.move} <Key>↵</Key> {t.palette.act} <Key>esc</Key> {t.palette.close}
        </p>
        <Spoken>
          <span role="status">{t.palette.count(count)}</span>
        </Spoken>
      </div>
    </Sheet>
  );
};

function groupsOf(office: Office, words: string, hits: readonly SearchHit[]): { title: string; choices: Command[] }[] {
  const { desk } = office;
  const asked = words.trim().toLowerCase();
  const matches = (choice: Command): boolean => asked === "" || `${choice.words} ${choice.meta}`.toLowerCase().includes(asked);
  const current = desk.current.value;
  const held = current !== null && desk.holds.value.has(current.id);
  const here: Command[] = [];
  if (current !== null && held) {
    const box = (name: "transfer" | "snooze" | "promise") => (): void => {
      office.box.value = name;
    };
    here.push(
      { key: "resolve", icon: "check", words: t.actions.resolve, meta: "", keyName: "e", act: () => desk.resolve() },
      { key: "transfer", icon: "transfer", words: t.transfer.button, meta: t.transfer.meta, keyName: "t", act: box("transfer") },
      { key: "snooze", icon: "snooze", words: t.snooze.button, meta: t.snooze.meta, keyName: "s", act: box("snooze") },
      { key: "promise", icon: "flag", words: t.promise.add, meta: t.promise.meta, keyName: "p", act: box("promise") },
      { key: "right", icon: "gift", words: t.right.title, meta: office.remedies.allowance.value?.says ?? "", keyName: "m", act: () => office.makeRight() },
      { key: "queue", icon: "release", words: t.actions.toQueueLong, meta: "", act: () => desk.release("queue") },
      { key: "bot", icon: "spark", words: t.actions.toBotLong, meta: "", act: () => desk.release("bot") },
    );
  }
  const canned = held
    ? office.canned
        .matching(words)
        .slice(0, 6)
        .map((one): Command => ({
          key: `canned-${one.id}`,
          icon: "canned",
          words: one.title,
          meta: t.canned.meta,
          act: () => {
            current.mode.value = "reply";
            current.insert(filled(one.text, blanksOf(office, current)));
            desk.wantsField.value = true;
          },
        }))
    : [];
  const found = hits.map((hit): Command => {
    const row = hit.conversation;
    return {
      key: `hit-${row.conversation_id}`,
      icon: "bubble",
      words: `${row.visitor ?? t.visitor}: ${hit.snippet.replace(/[\u0002\u0003]/g, "")}`,
      meta: `${shortDate(row.updated_at)}${row.agent === null ? "" : `, ${row.agent.name}`}`,
      act: () => desk.choose(row.conversation_id),
    };
  });
  const places: Command[] = [
    ...(desk.calling.value > 0
      ? [{ key: "claim", icon: "queue" as const, words: t.palette.claim, meta: t.queue.waiting(desk.calling.value), keyName: "c", act: () => desk.claim() }]
      : []),
    { key: "go-queue", icon: "queue", words: t.queue.title, meta: t.palette.place, act: () => office.go("queue") },
    { key: "go-mine", icon: "bubble", words: t.queue.mine, meta: t.palette.place, act: () => office.go("mine") },
    { key: "go-promises", icon: "flag", words: t.nav.promises, meta: t.palette.place, act: () => office.go("promises") },
    { key: "go-all", icon: "list", words: t.queue.all, meta: t.palette.place, act: () => office.go("all") },
    ...(office.reports.mayBeSeen.value
      ? [{ key: "go-reports", icon: "chart" as const, words: t.reports.title, meta: t.palette.place, act: () => office.go("reports") }]
      : []),
    { key: "help", icon: "keyboard", words: t.help.title, meta: "", keyName: "?", act: () => (office.sheet.value = "help") },
  ];
  return [
    { title: t.palette.here, choices: [...here.filter(matches), ...canned] },
    { title: t.palette.conversations, choices: found },
    { title: t.palette.places, choices: places.filter(matches) },
  ];
}
