import css from "./Logo.module.css";

export const Logo = () => (
  <svg class={css.logo} viewBox="0 0 36 36" width="36" height="36" aria-hidden="true">
    <rect class={css.ground} width="36" height="36" rx="9" />
    <path class={css.ink} d="M11 12.5h14M20.5 12.5l-4.5 12M11.5 24.500h8" />
  </svg>
);
