import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Something small that opens beside its button: takes the focus, and gives it back when it closes. */
export const Popover = ({
  label,
  class: className,
  onClose,
  children,
}: {
  label: string;
  class: string | undefined;
  onClose: () => void;
  children: ComponentChildren;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const closing = useRef(onClose);
  closing.current = onClose;

  // At once, not with the next drawing: whoever types right after a key command loses no letter.
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("button, input:checked, input")?.focus();
    const outside = (event: Event): void => {
      const target = event.target as Node;
      if (box.current?.contains(target) === false && before?.contains(target) !== true) closing.current();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape") closing.current();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    document.addEventListener("keydown", key);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", key);
      const within = document.activeElement === document.body || document.activeElement === null;
      if (within && before instanceof HTMLElement) before.focus();
    };
  }, []);

  return (
    <div ref={box} role="dialog" aria-label={label} class={className}>
      {children}
    </div>
  );
};
