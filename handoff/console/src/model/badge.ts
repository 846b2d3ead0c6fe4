import icon from "../icon.svg?raw";

const DOT = '<circle cx="27" cy="9" r="8.500" fill="#D93A30" stroke="#fff" stroke-width="2"/>';

/** How many want this agent, on the tab's icon and on that of an installed app; the title says it too. */
export function badge(count: number): void {
  const drawn = count > 0 ? icon.replace("</svg>", `${DOT}</svg>`) : icon;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link !== null) link.href = `data:image/svg+xml,${encodeURIComponent(drawn)}`;
  const shown = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  shown?.catch(() => undefined); // no installed app: the tab's icon is all there is
}
