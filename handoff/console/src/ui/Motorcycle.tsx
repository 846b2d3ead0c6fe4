import css from "./Motorcycle.module.css";

/** A motorcycle in thin lines that stands on its kickstand, the one part in colour. */
export const Motorcycle = () => (
  <svg class={css.bike} viewBox="0 0 560 330" aria-hidden="true">
    <g class={css.lines}>
      <path class={css.ground} d="M0 297h560" />
      <circle cx="128" cy="214" r="83" />
      <circle cx="128" cy="214" r="61" />
      <circle cx="128" cy="214" r="24" />
      <circle cx="128" cy="214" r="6" />
      <circle cx="428" cy="214" r="83" />
      <circle cx="428" cy="214" r="61" />
      <circle cx="428" cy="214" r="31" />
      <circle cx="428" cy="214" r="6" />
      <path d="M428 214 371 58M416 218 358 62M372 60l-16-42-30-6" />
      <path d="M352 48c7-8 18-6 28-2" />
      <circle cx="390" cy="58" r="19" />
      <path d="M228 98c4-30 24-45 66-45 30 0 50 8 62 22-12 18-32 30-60 32z" />
      <path d="M228 98c-32-1-52-8-70-24l-54-11 54 42c22 16 48 16 66 10z" />
      <path d="m92 58 18 8" />
      <path d="M240 128h74l-9 56h-63zM239 142h73M240 156h70M241 170h66" />
      <path d="M228 98 202 208l24 32h60l36-62 26-92" />
      <circle cx="258" cy="210" r="24" />
      <circle cx="258" cy="210" r="10" />
      <path d="M128 206l110-6M128 224l110 3" />
      <path d="M312 180c10 24 8 70-18 70h-66l-40-16" />
      <path d="M190 230 72 224c-10 2-14 24-2 26l112 2z" />
    </g>
    <path class={css.stand} d="m228 238-60 55M154 293h29" />
  </svg>
);
