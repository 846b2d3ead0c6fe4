/** Every string that the widget shows, by locale. `{name}` is filled in; `one|other` picks by `{count}`. */
const en = {
  chat: "Chat",
  chatWith: "Chat with {brand}",
  conversation: "Conversation",
  messages: "Messages",
  close: "Close chat",
  talkToPerson: "Talk to a person",
  talkToPersonSaid: "I'd like to talk to a person",
  personAsked: "Person asked for",
  peopleTill: "People till {when}",
  peopleHere: "People are here",
  peopleBack: "Back {when}",
  instantAnswers: "Instant answers",
  person: "{brand} · person",
  homeSub: "Instant answers, and people when you like.",
  teamIn: "{names} are in and join when you like.",
  teamInOne: "{names} is in and joins when you like.",
  teamBack: "{names} are back {when}. Leave it here and they answer first thing.",
  teamBackOne: "{names} is back {when}. Leave it here for a first-thing answer.",
  and: "{names} and {last}",
  today: "Today",
  yesterday: "Yesterday",
  assistant: "Assistant",
  bot: "Bot",
  you: "You",
  sending: "Sending",
  sent: "Sent",
  seen: "Seen",
  waitingToSend: "Waiting to send|Waiting to send · {count} messages",
  notSent: "Not sent. {problem}",
  notSentPlain: "It’s kept here.",
  sendAgain: "Send again",
  discard: "Discard",
  showAll: "Show all",
  showLess: "Show less",
  earlier: "Earlier messages",
  loadingEarlier: "Fetching earlier messages",
  newMessages: "New message|{count} new messages",
  toNewest: "To the newest message",
  quickReplies: "Quick replies",
  compose: "Your message",
  composeHint: "Type your message",
  composeHintWaiting: "Add anything that helps",
  composeHintPerson: "Write to {name}",
  composeHintClosed: "Write to open it again",
  send: "Send",
  charactersLeft: "{count} character left|{count} characters left",
  tooLong: "{count} character over the limit: send it in two parts|{count} characters over the limit: send it in two parts",
  typing: "{name} is typing",
  inLine: "In line",
  inLineNth: "{place} in line",
  placeNext: "You’re next",
  placeNth: "You’re {place} in line",
  placeKept: "Your place is kept",
  answerBy: "A person answers by {when} at the latest.",
  answerWhenBack: "Our team is back {when} and answers you first.",
  answerSoon: "A person joins you here.",
  goesAlong: "Everything you wrote goes with you.",
  keepWriting: "Keep writing meanwhile, or close the chat: the answer waits here.",
  offline: "You’re offline.",
  offlineKept: "Your message is kept and goes out as soon as you’re back.|Your messages are kept and go out as soon as you’re back.",
  offlineNothing: "Write on: it is kept and goes out as soon as you’re back.",
  reconnecting: "Reconnecting.",
  reconnectingKept: "Your message is kept and goes out as soon as we’re through.|Your messages are kept and go out as soon as we’re through.",
  reconnectingNothing: "Write on: it is kept and goes out as soon as we’re through.",
  catchingUp: "Back online.",
  catchingUpNext: "Fetching what you missed.",
  stopped: "This chat is paused.",
  stoppedVersion: "There is a newer version of this chat: reload the page to go on. What you wrote is kept.",
  stoppedOrigin: "This page is still to be added to the shop’s chat. What you wrote is kept here.",
  stoppedBlocked: "Please reach the shop by e-mail or phone; they see to it there.",
  stoppedOther: "Try again in a moment. What you wrote is kept.",
  tryAgain: "Try again",
  fits: "Fits",
  fitsWithNotes: "Fits, with notes",
  otherSuits: "Another part suits",
  notes: "{count} note|{count} notes",
  inTheBox: "In the box: {items}.",
  needs: "Needs {part}",
  askFitter: "Ask a fitter",
  askFitterSaid: "I'd like to ask a fitter about {part}",
  order: "Order #{number}",
  case: "Case {number}",
  stepDone: "done",
  stepNow: "now",
  stepToCome: "to come",
  opensTab: "opens in a new tab",
};

export type Key = keyof typeof en;
export type Words = Record<Key, string>;

/** A locale joins by adding its words here; until then English is shown. */
const locales: Record<string, Words> = { en };

const ORDINALS: Record<string, { words: string[]; numeral: (n: number) => string }> = {
  en: {
    words: ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"],
    numeral: (n) => n + ({ one: "st", two: "nd", few: "rd" }[new Intl.PluralRules("en", { type: "ordinal" }).select(n) as "one"] ?? "th"),
  },
};

let locale = "en";

/** Takes the first of the wished BCP 47 tags that we have words for. Gives the language in use. */
export function useLocale(...wished: readonly string[]): string {
  const tag = wished.find((wish) => language(wish) in locales);
  locale = tag ?? "en";
  return locale;
}

export function currentLocale(): string {
  return locale;
}

/** The words for `key`, filled in. With `count` the form that the language uses for that number. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const words = (locales[language(locale)] ?? en)[key];
  return pick(words, values["count"]).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** "second" or, past nine, "12th". */
export function ordinalWord(n: number): string {
  const set = ORDINALS[language(locale)];
  return set?.words[n] ?? ordinal(n);
}

/** "2nd". */
export function ordinal(n: number): string {
  return ORDINALS[language(locale)]?.numeral(n) ?? String(n);
}

function pick(words: string, count: string | number | undefined): string {
  if (typeof count !== "number" || !words.includes("|")) return words;
  const [one = "", other = one] = words.split("|");
  return new Intl.PluralRules(locale).select(count) === "one" ? one : other;
}

function language(tag: string): string {
  return tag.toLowerCase().split("-")[0] ?? "";
}
