/** The strings of the panel around the frame. */
export interface PanelWords {
  close: string;
  /** By the plural categories of `Intl.PluralRules`. */
  unread: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
  chat: string;
  chatWith: string;
  again: string;
}

const languages: Record<string, PanelWords> = {
  en: {
    close: "Close chat",
    unread: { one: "Open chat, {n} new message", other: "Open chat, {n} new messages" },
    chat: "Chat",
    chatWith: "Chat with {brand}",
    again: "Try again",
  },
  es: {
    close: "Cerrar el chat",
    unread: { one: "Abrir el chat, {n} mensaje nuevo", other: "Abrir el chat, {n} mensajes nuevos" },
    chat: "Chat",
    chatWith: "Chat con {brand}",
    again: "Volver a intentarlo",
  },
  fr: {
    close: "Fermer le chat",
    unread: { one: "Ouvrir le chat, {n} nouveau message", other: "Ouvrir le chat, {n} nouveaux messages" },
    chat: "Chat",
    chatWith: "Chat avec {brand}",
    again: "Réessayer",
  },
  de: {
    close: "Chat schließen",
    unread: { one: "Chat öffnen, {n} neue Nachricht", other: "Chat öffnen, {n} neue Nachrichten" },
    chat: "Chat",
    chatWith: "Chat mit {brand}",
    again: "Noch einmal versuchen",
  },
  it: {
    close: "Chiudi la chat",
    unread: { one: "Apri la chat, {n} nuovo messaggio", other: "Apri la chat, {n} nuovi messaggi" },
    chat: "Chat",
    chatWith: "Chat con {brand}",
    again: "Riprova",
  },
};

/** The strings for a BCP 47 tag; English where there are none. */
export function panelWords(tag: string): PanelWords {
  return languages[tag.toLowerCase().split("-")[0] ?? ""] ?? (languages["en"] as PanelWords);
}

/** "Open chat, 2 new messages". */
export function unreadWords(words: PanelWords, tag: string, count: number): string {
  const rule = new Intl.PluralRules(tag || undefined).select(count);
  return (words.unread[rule] ?? words.unread.other).replace("{n}", `${count}`);
}
