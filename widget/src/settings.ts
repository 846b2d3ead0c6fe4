/** What `boot`, `update` and the script tag's `data-` attributes may say. */
export interface Settings {
  site: string;
  /** BCP 47 tag; the visitor's own languages otherwise. */
  locale?: string;
  theme?: "light" | "dark" | "auto";
  /** The corner at the foot of the page; "right" otherwise. */
  position?: "left" | "right";
  /** `#rrggbb`, for the launcher before the chat was first opened. */
  accent?: string;
  /** Words beside the launcher's icon. */
  launcherText?: string;
  /** No launcher: the page opens the chat itself. */
  hideLauncher?: boolean;
  zIndex?: number;
  /** The one line above the launcher on a first visit; "" for none. */
  teaser?: string;
  /** What the page is about. */
  sku?: string;
  vehicle?: string;
  order?: string;
}

const TEXTS = ["site", "locale", "theme", "position", "accent", "launcherText", "teaser", "sku", "vehicle", "order"];
/** Characters of a text. */
const LONGEST = 200;

/** The settings among whatever the page's code passed; what is of another kind is left out. */
export function given(values: unknown): Partial<Settings> {
  const known: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values ?? {})) {
    if (TEXTS.includes(name) && typeof value === "string") known[name] = value.slice(0, LONGEST);
    if (name === "hideLauncher") known[name] = value === true;
    if (name === "zIndex" && Number.isInteger(value)) known[name] = value;
  }
  return known;
}

/** The settings that stand on the script tag: `data-launcher-text`, `data-z-index` and so on. */
export function fromTag(data: DOMStringMap): object {
  return { ...data, hideLauncher: "hideLauncher" in data, zIndex: data["zIndex"] ? Number(data["zIndex"]) : null };
}

/** For good, or for this tab. Where storage is blocked, naming it is refused already. */
type Place = "localStorage" | "sessionStorage";

/** Only what the visitor's own act brought about is kept, and never what was said. `null` removes it. */
export function remember(site: string, name: string, value: string | null, on: Place = "localStorage"): void {
  try {
    if (value === null) window[on].removeItem(key(site, name));
    else window[on].setItem(key(site, name), value);
  } catch {
    // Storage is refused here: the chat works, it only begins like a first visit on the next page.
  }
}

export function recall(site: string, name: string, on: Place = "localStorage"): string | null {
  try {
    return window[on].getItem(key(site, name));
  } catch {
    return null;
  }
}

export function forget(site: string): void {
  for (const name of ["look", "kept", "visited", "known"]) remember(site, name, null);
  remember(site, "open", null, "sessionStorage");
}

const key = (site: string, name: string): string => `kickstand.${site}.${name}`;
