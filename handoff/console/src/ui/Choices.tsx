import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Choice {
  key: string;
  act: () => void;
}

/** The classes that a list of choices is drawn with. */
export interface ChoicesLook {
  list?: string;
  group?: string;
  choice?: string;
}

/** A field to type in and a list to choose from: arrows move, Enter takes what is marked, a click takes what it hits. */
export const Choices = <C extends Choice>({
  id,
  label,
  find,
  groups,
  look,
  onWords,
  onChoose,
  draw,
  field,
}: {
  id: string;
  /** The accessible name of the list. */
  label: string;
  /** What stands in the empty field, and its accessible name. */
  find: string;
  groups: readonly { title: string; choices: readonly C[] }[];
  look: ChoicesLook;
  onWords: (words: string) => void;
  onChoose: (choice: C) => void;
  draw: (choice: C) => ComponentChildren;
  /** What stands around the field. */
  field?: (input: ComponentChildren) => ComponentChildren;
}) => {
  const at = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const shown = groups.filter((group) => group.choices.length > 0);
  const all = shown.flatMap((group) => group.choices);
  const chosen = all[Math.min(at.value, all.length - 1)];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [at.value]);
  const input = (
    <input
      type="text"
      role="combobox"
      aria-expanded="true"
      aria-controls={`${id}-list`}
      aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.key}`}
      aria-label={find}
      placeholder={find}
      data-first
      onInput={(event) => {
        at.value = 0;
        onWords(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        if (step !== 0) {
          event.preventDefault();
          at.value = Math.min(all.length - 1, Math.max(0, at.value + step));
        } else if (event.key === "Enter") {
          event.preventDefault();
          if (chosen !== undefined) onChoose(chosen);
        }
      }}
    />
  );
  return (
    <>
      {field === undefined ? input : field(input)}
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={label} class={look.list}>
        {shown.map((group) => (
          <div key={group.title} role="group" aria-label={group.title || label}>
            {group.title !== "" && (
              <p class={look.group} aria-hidden="true">
                {group.title}
              </p>
            )}
            {group.choices.map((choice) => (
              <div
                key={choice.key}
                id={`${id}-${choice.key}`}
                role="option"
                aria-selected={choice === chosen}
                class={look.choice}
                onClick={() => onChoose(choice)}
              >
                {draw(choice)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </>
  );
};
