const REACHABLE = "a[href], button:not(:disabled), textarea, input, select, [tabindex='0']";

/** Tab goes round inside `box`; on a full screen that is the panel, what lies behind it cannot be seen. */
export function keepInside(key: KeyboardEvent, box: ParentNode | null = document): void {
  const stops = [...(box?.querySelectorAll<HTMLElement>(REACHABLE) ?? [])];
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const now = document.activeElement;
  if (key.shiftKey && (now === first || !stops.some((stop) => stop === now))) {
    key.preventDefault();
    last?.focus();
  } else if (!key.shiftKey && now === last) {
    key.preventDefault();
    first?.focus();
  }
}

/** Where focus goes when the panel opens: to writing, or to the title where a field would call the keyboard up. */
export function enterPanel(): void {
  const isTouch = window.matchMedia("(pointer: coarse)").matches;
  const field = isTouch ? null : document.querySelector<HTMLElement>("textarea");
  (field ?? document.querySelector<HTMLElement>("#title"))?.focus({ preventScroll: true });
}

/**
 * A letter typed while nothing has focus goes to the field: Safari gives nothing in a frame focus before the first key
 * or click there, whatever its scripts ask for.
 */
export function writeStray(key: KeyboardEvent): void {
  const isLetter = key.key.length === 1 && key.key !== " " && !key.ctrlKey && !key.metaKey && !key.altKey;
  const isStray = document.activeElement === null || document.activeElement === document.body;
  if (isLetter && isStray) document.querySelector<HTMLElement>("textarea")?.focus({ preventScroll: true });
}

/** For a button that goes away with its own press: focus then goes to where one goes on, not to nowhere. */
export function keepingFocus(act: () => void): () => void {
  return () => {
    act();
    requestAnimationFrame(() => {
      if (document.activeElement === null || document.activeElement === document.body) enterPanel();
    });
  };
}
