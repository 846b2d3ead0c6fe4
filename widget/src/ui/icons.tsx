import type { ComponentChildren } from "preact";

/** Icons on a 24 grid with a 1.7 stroke; decoration only, the word stands beside them. */
const icon =
  (drawing: ComponentChildren) =>
  ({ size = 20 }: { size?: number }) => (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={size < 18 ? 2 : 1.7}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {drawing}
    </svg>
  );

const path = (d: string): ComponentChildren => <path d={d} />;

export const Person = icon(path("M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20.5v-1.2a4.8 4.8 0 0 1 4.8-4.8h4.4a4.8 4.8 0 0 1 4.8 4.8v1.2"));
export const Close = icon(path("m6 6 12 12M18 6 6 18"));
export const Clock = icon(path("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.5V12l3 2"));
export const Check = icon(path("m5 12.5 4.5 4.5L19 7.5"));
export const CheckTwice = icon(path("m2.5 12.5 4.5 4.5 8.5-9.5M11 16l1.2 1L21 7.5"));
export const CheckRound = icon(path("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 12.2l2.5 2.5 4.5-5"));
export const Spark = icon(path("M12 4.5c.6 4.6 2.9 6.9 7.5 7.5-4.6.6-6.9 2.9-7.5 7.5-.6-4.6-2.9-6.9-7.5-7.5 4.6-.6 6.9-2.9 7.5-7.5Z"));
export const ArrowUp = icon(path("M12 19.5V5M5.5 11 12 4.5 18.5 11"));
export const ArrowDown = icon(path("M12 4.5V19M5.5 13l6.5 6.5 6.5-6.5"));
export const Chevron = icon(path("m9.5 5.5 6.5 6.5-6.5 6.5"));
export const Info = icon(path("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.2M12 7.6v.1"));
export const Plus = icon(path("M12 5v14M5 12h14"));
export const Swap = icon(path("m16.5 3 4 3.5-4 3.5M20.5 6.5H8a4 4 0 0 0-4 4v.7M7.5 21l-4-3.5 4-3.5M3.5 17.5H16a4 4 0 0 0 4-4v-.7"));
export const Box = icon(path("M12 3.2 20 7.5v9L12 20.8 4 16.5v-9L12 3.2ZM4.2 7.6 12 12l7.8-4.4M12 12v8.7"));
export const Truck = icon(path("M14 16.5V5.5H2.5v11h2M14 9h4l3.5 3.8v3.7h-2M9.5 16.5h5M7 19a2.3 2.3 0 1 0 0-4.6A2.3 2.3 0 0 0 7 19ZM17 19a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z"));
export const Bike = icon(path("M5.5 18a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM18.5 18a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5.5 14.5 9 9.5h6.5l3 5M9 9.5l3.5 5h3l1.5-4.5-2-3.5h2.5M6.5 7.5H10"));
export const Wrench = icon(path("M14.5 6.2a4.3 4.3 0 0 1 5.4-1.1l-3 3 .3 2 2 .3 2.6-2.6a4.3 4.3 0 0 1-6 5L9.3 19.3a2.4 2.4 0 0 1-3.4 0l-1-1a2.4 2.4 0 0 1 0-3.4l6.4-6.5"));
export const Speech = icon(path("M20 15.5a2 2 0 0 1-2 2H9l-5 4v-15a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v9Z"));
export const Unlinked = icon(path("m4 3.5 16 17M8.7 15.3a5 5 0 0 1 6.4-.2M5.5 11.8A9.5 9.5 0 0 1 9.7 9.4M13.5 9a9.6 9.6 0 0 1 5 2.8M2.5 8.3A14.5 14.5 0 0 1 6.6 5.7M10.5 4.6a14.6 14.6 0 0 1 11 3.7M12 19v.1"));
export const Again = icon(path("M20 5v5h-5M19.5 10A8 8 0 1 0 20 13.5"));
export const Alert = icon(path("M12 4 2.8 19.5h18.4L12 4ZM12 10v4.2M12 17v.1"));
export const Clipboard = icon(path("M9 5H6.5A1.5 1.5 0 0 0 5 6.5v13A1.5 1.5 0 0 0 6.5 21h11a1.5 1.5 0 0 0 1.5-1.5v-13A1.5 1.5 0 0 0 17.5 5H15M9 3.5h6v3H9zM8.5 12h7M8.5 16h5"));
export const Article = icon(path("M6 3.5h8.5L19 8v12.5H6zM14 3.5V8.5h5M9 12.5h7M9 16h5"));
export const Gift = icon(path("M4 9.5h16v4H4zM5.5 13.5v7h13v-7M12 9.5v11M12 9.5c-2.5 0-5-.8-5-3a2 2 0 0 1 2-2c2 0 3 2.5 3 5Zm0 0c2.5 0 5-.8 5-3a2 2 0 0 0-2-2c-2 0-3 2.5-3 5Z"));
export const Phone = icon(path("M6.5 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2Z"));
export const Clip = icon(path("m20 11.5-8.2 8.2a5 5 0 0 1-7-7l8.4-8.4a3.3 3.3 0 0 1 4.7 4.7l-8.3 8.3a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6"));
export const Mail = icon(path("M4.5 5.5h15a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17V7a1.5 1.5 0 0 1 1.5-1.5ZM3.5 7l8.5 6 8.5-6"));
export const Dots = icon(<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="2.6" />);
export const Save = icon(path("M12 4v11M7 10.5l5 5 5-5M5 20h14"));
export const Bin = icon(path("M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5"));
export const Smile = icon(path("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5c1 1.3 2.1 2 3.5 2s2.5-.7 3.5-2M9 9.5v.01M15 9.5v.01"));
export const Level = icon(path("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 15h7M9 9.5v.01M15 9.5v.01"));
export const Frown = icon(path("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 16.5c1-1.3 2.1-2 3.5-2s2.5.7 3.5 2M9 9.5v.01M15 9.5v.01"));
