/** The few strings of the loader; the frame's are in `i18n.ts`, which is too large for a page that was not asked yet. */
const en = {
  open: "Open chat",
  close: "Close chat",
  unread: (count: number) => `Open chat, ${count} new ${count === 1 ? "message" : "messages"}`,
  chat: (brand: string) => (brand === "" ? "Chat" : `Chat with ${brand}`),
  teaser: "Questions? Ask us right here.",
  dismiss: "Dismiss",
  slow: "The chat is still on its way. Check your connection, then try again.",
  again: "Try again",
};

export type LauncherWords = typeof en;

const languages: Record<string, LauncherWords> = { en };

/** The strings for a BCP 47 tag; English where there are none yet. */
export function launcherWords(tag: string): LauncherWords {
  return languages[tag.toLowerCase().split("-")[0] ?? ""] ?? en;
}
