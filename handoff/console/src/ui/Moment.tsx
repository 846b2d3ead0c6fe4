import { useSignal } from "@preact/signals";
import { localInput, tomorrowMorning } from "../model/moments";
import { Button } from "./Bits";
import css from "./Passing.module.css";

/** A moment that lies ahead, on this device's clock. */
export const Moment = ({
  label,
  act,
  now,
  onPick,
}: {
  label: string;
  act: string;
  now: number;
  onPick: (at: string) => void;
}) => {
  const at = useSignal(localInput(tomorrowMorning(now)));
  return (
    <form
      class={css.moment}
      onSubmit={(event) => {
        event.preventDefault();
        const moment = new Date(at.value);
        if (!Number.isNaN(moment.getTime())) onPick(moment.toISOString());
      }}
    >
      <label class={css.field}>
        <span>{label}</span>
        <input
          type="datetime-local"
          required
          min={localInput(now)}
          value={at.value}
          onInput={(event) => (at.value = event.currentTarget.value)}
        />
      </label>
      <Button type="submit">{act}</Button>
    </form>
  );
};
