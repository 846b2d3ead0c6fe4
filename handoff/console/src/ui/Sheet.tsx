import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Button } from "./Bits";
import css from "./Sheet.module.css";

/** A modal layer: at the side (a sheet from below on a phone), or in the middle. Escape and the ground close it. */
export const Sheet = ({
  label,
  side = false,
  onClose,
  children,
}: {
  label: string;
  side?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);

  // At once, not with the next drawing: whoever types right after a key command loses no letter.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => shown?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      class={side ? css.side : css.middle}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class={css.content} tabIndex={-1} autofocus>
        <span class={css.close}>
          <Button look="bare" icon="close" label={t.actions.close} onClick={onClose} />
        </span>
        {children}
      </div>
    </dialog>
  );
};
