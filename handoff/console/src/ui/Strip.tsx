import type { ComponentChildren } from "preact";
import css from "./Composer.module.css";
import { Icon, type IconName } from "./Icon";

/** One line between the words and the tools: what is so, what happens next, and one thing to do about it. */
export const Strip = ({
  tone,
  icon,
  fact,
  next,
  title,
  children,
}: {
  tone: "plain" | "wait" | "risk";
  icon: IconName;
  fact: string;
  next: string;
  title?: string;
  children?: ComponentChildren;
}) => (
  <div class={`${css.strip} ${css[tone]}`} title={title}>
    <Icon name={icon} />
    <p>
      {fact !== "" && <b>{fact}</b>} {next}
    </p>
    {children}
  </div>
);
