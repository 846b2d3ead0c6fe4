import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import type { Reason } from "../model/reasons";
import { Icon, type IconName } from "./Icon";
import css from "./Bits.module.css";

const TINTS = 6;

/** A face made of initials; the same name always has the same tint. The bot is a rounded square. */
export const Avatar = ({ name, size = 32 }: { name: string | null; size?: 24 | 32 | 40 }) => {
  const tint = name === null ? TINTS : hash(name) % TINTS;
  return (
    <span class={`${css.avatar} ${css[`tint${tint}`]} ${css[`size${size}`]}`} aria-hidden="true">
      {name === null ? <Icon name="person" size={size === 24 ? 14 : 16} /> : initials(name)}
    </span>
  );
};

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => Array.from(word ?? "")[0] ?? "").join("").toUpperCase();
}

function hash(text: string): number {
  let sum = 2_166_136_261;
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  return (sum ^ (sum >>> 13)) >>> 0;
}

type Tone = "upset" | "wait" | "calm" | "plain" | "risk";

export const REASON_LOOKS: Readonly<Record<Reason, { icon: IconName; tone: Tone }>> = {
  safety: { icon: "triangle", tone: "upset" },
  emotion: { icon: "flame", tone: "upset" },
  repeat: { icon: "loop", tone: "wait" },
  legal: { icon: "scales", tone: "wait" },
  human_request: { icon: "person", tone: "plain" },
  other: { icon: "info", tone: "plain" },
};

export const Mark = ({ tone, icon, children }: { tone: Tone; icon?: IconName; children: ComponentChildren }) => (
  <span class={`${css.mark} ${css[tone]}`}>
    {icon !== undefined && <Icon name={icon} size={14} />}
    <span class={css.word}>{children}</span>
  </span>
);

export const ReasonMark = ({ reason }: { reason: Reason }) => (
  <Mark {...REASON_LOOKS[reason]}>{t.reason[reason]}</Mark>
);

/** Words for ears alone, where what is drawn says it for eyes. */
export const Spoken = ({ children }: { children: ComponentChildren }) => <span class={css.spoken}>{children}</span>;

export const Key = ({ children }: { children: ComponentChildren }) => <kbd class={css.key}>{children}</kbd>;

/** Bars in the shape of what is coming. */
export const Skeleton = ({ rows, label }: { rows: number; label: string }) => (
  <div class={css.skeleton} role="status" aria-label={label}>
    {Array.from({ length: rows }, (_, row) => (
      <div key={row} class={css.bones}>
        <span class={css.boneFace} />
        <span class={css.boneLines}>
          <span class={css.bone} />
          <span class={css.boneShort} />
        </span>
      </div>
    ))}
  </div>
);

export const Banner = ({
  tone,
  icon,
  fact,
  next,
  children,
}: {
  tone: "plain" | "wait" | "upset";
  icon: IconName;
  fact: string;
  next: string;
  children?: ComponentChildren;
}) => (
  <div class={`${css.banner} ${css[`banner-${tone}`]}`} role={tone === "upset" ? "alert" : "status"}>
    <Icon name={icon} />
    <p class={css.bannerText}>
      <b>{fact}</b> {next}
    </p>
    {children}
  </div>
);

export const Button = ({
  look = "quiet",
  icon,
  keyName,
  label,
  hint,
  children,
  onClick,
  disabled = false,
  type = "button",
  small = false,
}: {
  look?: "primary" | "quiet" | "bare" | "soft";
  icon?: IconName;
  keyName?: string;
  /** The accessible name where the visible one is only an icon or too short. */
  label?: string;
  /** More words for who rests the pointer on it. */
  hint?: string;
  children?: ComponentChildren;
  onClick?: () => void;
  disabled?: boolean;
  type?: "button" | "submit";
  small?: boolean;
}) => (
  <button
    type={type}
    class={`${css.button} ${css[look]} ${small ? css.small : ""} ${children === undefined ? css.square : ""}`}
    aria-label={label}
    title={hint ?? (children === undefined ? label : undefined)}
    disabled={disabled}
    onClick={onClick}
  >
    {icon !== undefined && <Icon name={icon} />}
    {children}
    {keyName !== undefined && <Key>{keyName}</Key>}
  </button>
);
