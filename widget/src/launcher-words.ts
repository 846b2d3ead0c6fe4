/** The strings that stand in the page before the chat was opened; the panel's are in `panel-words.ts`. */
export interface LauncherWords {
  open: string;
  teaser: string;
  dismiss: string;
  slow: string;
}

const languages: Record<string, [open: string, teaser: string, dismiss: string, slow: string]> = {
  en: ["Open chat", "Questions? Ask us right here.", "Dismiss", "The chat is still on its way. Check your connection, then try again."],
  es: ["Abrir el chat", "¿Preguntas? Escríbenos aquí mismo.", "Cerrar", "El chat aún está en camino. Revisa tu conexión y vuelve a intentarlo."],
  fr: ["Ouvrir le chat", "Une question ? Posez-la ici.", "Fermer", "Le chat arrive. Vérifiez votre connexion, puis réessayez."],
  de: ["Chat öffnen", "Fragen? Einfach hier stellen.", "Schließen", "Der Chat ist noch unterwegs. Prüf deine Verbindung und versuch es noch einmal."],
  it: ["Apri la chat", "Domande? Scrivici qui.", "Chiudi", "La chat sta arrivando. Controlla la connessione e riprova."],
};

/** The strings for a BCP 47 tag; English where there are none. */
export function launcherWords(tag: string): LauncherWords {
  const [open, teaser, dismiss, slow] = languages[tag.toLowerCase().split("-")[0] ?? ""] ?? languages["en"]!;
  return { open, teaser, dismiss, slow };
}
