// Written by `make types` from app/protocol.py; never edited.

/**
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorCommand".
 */
export type VisitorCommand = VisitorHello | VisitorSend | VisitorSync | VisitorRead | VisitorTyping | Pong;
/**
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorEvent".
 */
export type VisitorEvent =
  | VisitorWelcome
  | MessageCreated
  | VisitorSynced
  | Ack
  | Nack
  | VisitorUpdated
  | AvailabilityChanged
  | TypingBy
  | Ping
  | Bye;
/**
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentCommand".
 */
export type AgentCommand =
  | AgentHello
  | AgentSend
  | AgentSync
  | AgentRead
  | AgentTyping
  | AgentLooks
  | TicketClaim
  | TicketDecline
  | TicketTransfer
  | TicketSnooze
  | TicketRelease
  | TicketResolve
  | TicketTakeOver
  | SetAvailable
  | Pong;
/**
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentEvent".
 */
export type AgentEvent =
  | AgentWelcome
  | AgentMessageCreated
  | EntryCreated
  | AgentSynced
  | Ack
  | Nack
  | AgentUpdated
  | ColleaguesHere
  | PromiseChanged
  | SecondPerson
  | RemedyChanged
  | QueueChanged
  | TypingBy
  | Ping
  | Bye;

/**
 * Kickstand's wire, version 1.
 */
export interface Protocol {
  VisitorCommand?: VisitorCommand;
  VisitorEvent?: VisitorEvent;
  AgentCommand?: AgentCommand;
  AgentEvent?: AgentEvent;
  SiteInfo?: SiteInfo;
  VisitorSession?: VisitorSession;
  HistoryPage?: HistoryPage;
  Photo?: Photo;
  CallbackTimes?: CallbackTimes;
  MailAddress?: MailAddress;
  Recommended?: Recommended;
  OwnSites?: OwnSites;
  Voice?: Voice;
  PollLink?: PollLink;
  PolledFrames?: PolledFrames;
  SignIn?: SignIn;
  AgentSession?: AgentSession;
  ConversationList?: ConversationList;
  VisitorCard?: VisitorCard;
  OrdersStanding?: OrdersStanding;
  Company?: Company;
  PromiseList?: PromiseList;
  NewPromise?: NewPromise;
  NewDate?: NewDate;
  Allowance?: Allowance;
  WantedRemedy?: WantedRemedy;
  WeighedRemedy?: WeighedRemedy;
  NewRemedy?: NewRemedy;
  RemedyDecision?: RemedyDecision;
  RemedyList?: RemedyList;
  RemedyRulesList?: RemedyRulesList;
  Draft?: Draft;
  FoundPromises?: FoundPromises;
  WordingList?: WordingList;
  CannedAnswerList?: CannedAnswerList;
  PutCanned?: PutCanned;
  LabelList?: LabelList;
  TagList?: TagList;
  PutTag?: PutTag;
  PutMark?: PutMark;
  SearchHits?: SearchHits;
  PutDevice?: PutDevice;
  AlertOverview?: AlertOverview;
  AlertTries?: AlertTries;
  AlertSettingsList?: AlertSettingsList;
  PutAlertSettings?: PutAlertSettings;
  WebhookKey?: WebhookKey;
  SiteHoursList?: SiteHoursList;
  PutHours?: PutHours;
  PreviewHours?: PreviewHours;
  HoursPreview?: HoursPreview;
  Problem?: Problem;
  Guest?: Guest;
  OwnAccount?: OwnAccount;
  Enrolment?: Enrolment;
  RecoveryCodes?: RecoveryCodes;
  PersonList?: PersonList;
  Invite?: Invite;
  ChangePerson?: ChangePerson;
  OneTimeLink?: OneTimeLink;
  Sessions?: Sessions;
  TeamList?: TeamList;
  PutTeam?: PutTeam;
  AuditPage?: AuditPage;
  Wall?: Wall;
}
/**
 * First frame. `after`: the highest `seq` held without gaps; `epoch`: of the store it came from.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorHello".
 */
export interface VisitorHello {
  type: "hello";
  v: number;
  token: string;
  conversation_id?: string | null;
  after?: number;
  epoch?: string | null;
}
/**
 * A visitor says something. `client_id` makes a resend harmless; beside `attachments` the text may be empty.
 *
 * `locale`: BCP 47, what the visitor reads; sentences of the server come in it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorSend".
 */
export interface VisitorSend {
  type: "message.send";
  client_id: string;
  text: string;
  /**
   * @maxItems 6
   */
  attachments?:
    | []
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string];
  payload?: string | null;
  page?: PageContext | null;
  locale?: string | null;
}
/**
 * What the page is about on which the visitor writes, as the shop's page says; nothing here is proven.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PageContext".
 */
export interface PageContext {
  sku?: string | null;
  vehicle?: string | null;
  order?: string | null;
}
/**
 * Send again everything after `seq`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorSync".
 */
export interface VisitorSync {
  type: "sync";
  after: number;
}
/**
 * The visitor has seen everything up to `seq`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorRead".
 */
export interface VisitorRead {
  type: "read";
  seq: number;
}
/**
 * The visitor began (or stopped) typing.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorTyping".
 */
export interface VisitorTyping {
  type: "typing";
  on: boolean;
}
/**
 * Answer to `ping`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Pong".
 */
export interface Pong {
  type: "pong";
}
/**
 * Answer to `hello`; then every missed message, then `synced`. `reset`: throw the local copy away.
 *
 * `conversation_id` is null until the first message. `heartbeat`: seconds between pings.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorWelcome".
 */
export interface VisitorWelcome {
  type: "welcome";
  conversation_id: string | null;
  epoch: string;
  head: number;
  reset: boolean;
  state: VisitorState;
  availability: Availability;
  heartbeat: number;
  limits: Limits;
}
/**
 * All that a visitor is shown and that can change; in `welcome` too, so that any reconnect repairs it.
 *
 * `place`: 1 is next; `answer_by`: the latest moment a person answers; `staffed`: somebody is at the desk for those
 * who wait, else `answer_by` is when people are back; `wait`: how long it usually takes, while somebody is there;
 * `callback`: the call for which the conversation rests meanwhile; `ask`: the question about the resolution that is
 * open, "would you recommend us?"; `read`: the last `seq` an agent has seen.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorState".
 */
export interface VisitorState {
  status: "bot" | "waiting" | "human" | "closed";
  agent: string | null;
  place: number | null;
  answer_by: string | null;
  staffed: boolean;
  wait: WaitRange | null;
  callback: Callback | null;
  ask: string | null;
  read: number;
}
/**
 * Minutes, rounded up: half of the last `waits` waits ended within `likely`, nine of ten within `at_most`.
 *
 * `basis` is "promised" while there are too few: both are then the longest wait that is promised.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WaitRange".
 */
export interface WaitRange {
  likely: number;
  at_most: number;
  waits: number;
  basis: "recent" | "promised";
}
/**
 * A call that the visitor booked.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Callback".
 */
export interface Callback {
  start: string;
  end: string;
  phone: string;
}
/**
 * Is somebody at the desk, who (first names), and when does that change as far as the hours tell.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Availability".
 */
export interface Availability {
  open: boolean;
  changes_at: string | null;
  people: string[];
}
/**
 * What this connection may send.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Limits".
 */
export interface Limits {
  text: number;
  frame: number;
}
/**
 * One thing said, in the visitor's stream. `re`: the client_id of the visitor's message this answers.
 *
 * `lang`: BCP 47, what it is in, where that is another language than the one that the visitor reads.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MessageCreated".
 */
export interface MessageCreated {
  type: "message.created";
  conversation_id: string;
  seq: number;
  id: string;
  client_id: string | null;
  author: Author;
  text: string;
  attachments: Photo[];
  buttons: Button[];
  card:
    | (FitCard | OrderCard | CaseCard | ArticleCard | PromiseCard | RemedyCard | CallbackCard | FormCard)
    | null;
  sent_at: string;
  re: string | null;
  lang: string | null;
}
/**
 * Who said it. `name` is what the other side may see: an agent's display name, the bot's, a visitor's own.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Author".
 */
export interface Author {
  kind: "visitor" | "bot" | "agent" | "system";
  name: string | null;
}
/**
 * A photo in a message. `url` is a path on this server that ends within minutes; sizes in pixels.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Photo".
 */
export interface Photo {
  id: string;
  url: string;
  width: number;
  height: number;
  alt: string | null;
}
/**
 * A quick reply: `title` is shown and becomes the visitor's text, `payload` goes back with it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Button".
 */
export interface Button {
  title: string;
  payload: string;
}
/**
 * Does it fit, and what to know before buying.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FitCard".
 */
export interface FitCard {
  kind: "fit";
  verdict: "fits" | "fits_with_notes" | "other_suits";
  headline: string;
  sub: string | null;
  part: CardPart;
  notes: string[];
  in_box: string[];
  needs: PartRef[];
  source: string;
  action: Link | null;
}
/**
 * The part a fit card is about. `stock` in words.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CardPart".
 */
export interface CardPart {
  sku: string;
  name: string;
  price: Money | null;
  stock: string;
  image: string | null;
  url: string | null;
}
/**
 * `amount` in minor units (cents) of the `currency`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Money".
 */
export interface Money {
  amount: number;
  currency: string;
}
/**
 * A part named on a card.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PartRef".
 */
export interface PartRef {
  sku: string;
  name: string;
}
/**
 * A link out of a card; only http and https.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Link".
 */
export interface Link {
  label: string;
  url: string;
}
/**
 * Where an order is. The headline is the date.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OrderCard".
 */
export interface OrderCard {
  kind: "order";
  number: string;
  mark: string;
  tone: "calm" | "wait";
  headline: string;
  sub: string | null;
  steps: OrderStep[];
  action: Link | null;
}
/**
 * One step of an order's way; `at` as short words ("Thu 19", "Today 06:40").
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OrderStep".
 */
export interface OrderStep {
  label: string;
  detail: string | null;
  at: string | null;
  state: "done" | "now" | "to_come";
}
/**
 * A return, warranty or damage case that was opened.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CaseCard".
 */
export interface CaseCard {
  kind: "case";
  number: string;
  title: string;
  lines: string[];
  due: string | null;
}
/**
 * An article that answers: its words, where they come from, and the way to all of it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ArticleCard".
 */
export interface ArticleCard {
  kind: "article";
  title: string;
  text: string;
  source: string | null;
  action: Link | null;
}
/**
 * What somebody promised the visitor. `by` is who ("Maya"), `was_due` the date before it was agreed anew.
 *
 * `then` says who steps in, or, when it is late, what happens next.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PromiseCard".
 */
export interface PromiseCard {
  kind: "promise";
  what: string;
  by: string;
  due: string;
  state: "on_track" | "due_soon" | "agreed_anew" | "late" | "kept";
  was_due: string | null;
  then: string | null;
}
/**
 * What makes up for a mistake, offered or done; buttons of the same message take it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyCard".
 */
export interface RemedyCard {
  kind: "remedy";
  headline: string;
  lines: string[];
  amount: Money | null;
  state: "offered" | "done";
}
/**
 * Times at which a person can call. `phone`: the number that is known; picking a time books it.
 *
 * `booked`: the time that was picked; nothing is asked then.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CallbackCard".
 */
export interface CallbackCard {
  kind: "callback";
  headline: string;
  sub: string | null;
  /**
   * @maxItems 24
   */
  times: Span[];
  phone: string | null;
  booked: Span | null;
}
/**
 * A stretch of time.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Span".
 */
export interface Span {
  start: string;
  end: string;
}
/**
 * A few things asked at once. What is filled in comes back as an ordinary message, one "label: value" a line.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FormCard".
 */
export interface FormCard {
  kind: "form";
  title: string;
  /**
   * @minItems 1
   * @maxItems 8
   */
  fields:
    | [FormField]
    | [FormField, FormField]
    | [FormField, FormField, FormField]
    | [FormField, FormField, FormField, FormField]
    | [FormField, FormField, FormField, FormField, FormField]
    | [FormField, FormField, FormField, FormField, FormField, FormField]
    | [FormField, FormField, FormField, FormField, FormField, FormField, FormField]
    | [FormField, FormField, FormField, FormField, FormField, FormField, FormField, FormField];
  send: string | null;
}
/**
 * One thing to fill in. `options` are what may be picked, of a `choice` only.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FormField".
 */
export interface FormField {
  name: string;
  label: string;
  kind: "text" | "email" | "phone" | "number" | "date" | "choice";
  required: boolean;
  /**
   * @maxItems 24
   */
  options: string[];
  value: string | null;
}
/**
 * Everything up to `head` was sent.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorSynced".
 */
export interface VisitorSynced {
  type: "synced";
  head: number;
}
/**
 * The command is stored. `seq`/`pos`/`id`/`sent_at` for messages, `gen` for ticket commands.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Ack".
 */
export interface Ack {
  type: "ack";
  client_id: string;
  conversation_id: string;
  seq: number | null;
  pos: number | null;
  id: string | null;
  sent_at: string | null;
  duplicate: boolean;
  gen: number | null;
}
/**
 * The command was refused; nothing of it is stored. Switch on `code`; `message` says what to do.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Nack".
 */
export interface Nack {
  type: "nack";
  client_id: string | null;
  code: string;
  message: string;
  retryable: boolean;
  after_ms: number | null;
}
/**
 * Who holds the conversation, the place in line, what was read.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorUpdated".
 */
export interface VisitorUpdated {
  type: "conversation.updated";
  conversation_id: string;
  state: VisitorState;
}
/**
 * Somebody came to the desk, or the last one left it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AvailabilityChanged".
 */
export interface AvailabilityChanged {
  type: "availability";
  availability: Availability;
}
/**
 * Somebody on the other side is typing; forget it after 6 s without another.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TypingBy".
 */
export interface TypingBy {
  type: "typing";
  conversation_id: string;
  by: Author;
  on: boolean;
}
/**
 * Answer with `pong`; a silent peer is closed.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Ping".
 */
export interface Ping {
  type: "ping";
}
/**
 * The server closes this socket next; come back after `after_ms`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Bye".
 */
export interface Bye {
  type: "bye";
  code: number;
  after_ms: number;
}
/**
 * First frame of a console. `token` comes from the session endpoint and is bound to the session.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentHello".
 */
export interface AgentHello {
  type: "hello";
  v: number;
  token: string;
}
/**
 * An agent replies (`gen` of the hold) or leaves a note that only the team sees (`note`, no `gen` needed).
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentSend".
 */
export interface AgentSend {
  type: "message.send";
  conversation_id: string;
  client_id: string;
  text: string;
  gen?: number | null;
  note?: boolean;
}
/**
 * Follow a conversation and send everything after `pos`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentSync".
 */
export interface AgentSync {
  type: "sync";
  conversation_id: string;
  after: number;
}
/**
 * The agent has seen everything up to `seq`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentRead".
 */
export interface AgentRead {
  type: "read";
  conversation_id: string;
  seq: number;
}
/**
 * The agent began (or stopped) typing.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentTyping".
 */
export interface AgentTyping {
  type: "typing";
  conversation_id: string;
  on: boolean;
}
/**
 * The conversation in front of the agent now; null when it is none. Colleagues see who is there too.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentLooks".
 */
export interface AgentLooks {
  type: "looks";
  conversation_id: string | null;
}
/**
 * Take a waiting conversation, or accept the one that rings at this agent.
 *
 * The loser of a race gets `already_assigned` with the winner's name; `offered` while it rings at somebody else.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketClaim".
 */
export interface TicketClaim {
  type: "ticket.claim";
  conversation_id: string;
  client_id: string;
}
/**
 * Let the conversation pass that rings at this agent; it rings at the next one.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketDecline".
 */
export interface TicketDecline {
  type: "ticket.decline";
  conversation_id: string;
  client_id: string;
}
/**
 * Pass a held conversation to a colleague, at whom it rings, or to the line of a team: one of the two.
 *
 * `note` is for whoever takes it; the visitor never sees it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketTransfer".
 */
export interface TicketTransfer {
  type: "ticket.transfer";
  conversation_id: string;
  gen: number;
  client_id: string;
  agent_id?: string | null;
  team_id?: string | null;
  note?: string;
}
/**
 * Lay a held conversation aside until that moment; the visitor is told, and may write meanwhile.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketSnooze".
 */
export interface TicketSnooze {
  type: "ticket.snooze";
  conversation_id: string;
  gen: number;
  client_id: string;
  until: string;
}
/**
 * Give a held conversation back to the queue, or to the bot.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketRelease".
 */
export interface TicketRelease {
  type: "ticket.release";
  conversation_id: string;
  gen: number;
  client_id: string;
  to: "queue" | "bot";
}
/**
 * Close a held conversation as solved.
 *
 * With open promises it is refused with `open_promises`, unless `keep_promises` says that they are kept afterwards.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketResolve".
 */
export interface TicketResolve {
  type: "ticket.resolve";
  conversation_id: string;
  gen: number;
  client_id: string;
  keep_promises?: boolean;
}
/**
 * Take a conversation from the colleague who has it; for supervisors. The ack carries the new `gen`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketTakeOver".
 */
export interface TicketTakeOver {
  type: "ticket.take_over";
  conversation_id: string;
  client_id: string;
}
/**
 * The agent takes new conversations (or pauses).
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SetAvailable".
 */
export interface SetAvailable {
  type: "presence";
  available: boolean;
}
/**
 * Answer to an agent's `hello`; a `queue.changed` with `reset` follows.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentWelcome".
 */
export interface AgentWelcome {
  type: "welcome";
  epoch: string;
  agent: AgentRef;
  available: boolean;
  capacity: number;
  holds: Hold[];
  heartbeat: number;
  limits: Limits;
  now: string;
}
/**
 * An agent as colleagues see them.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentRef".
 */
export interface AgentRef {
  id: string;
  name: string;
}
/**
 * A conversation this agent holds, with the generation that every write must carry.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Hold".
 */
export interface Hold {
  conversation_id: string;
  gen: number;
}
/**
 * A message or note in a conversation this agent follows. A note has no `seq`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentMessageCreated".
 */
export interface AgentMessageCreated {
  type: "message.created";
  conversation_id: string;
  pos: number;
  seq: number | null;
  id: string;
  client_id: string | null;
  author: Author;
  text: string;
  attachments: Photo[];
  buttons: Button[];
  card:
    | (FitCard | OrderCard | CaseCard | ArticleCard | PromiseCard | RemedyCard | CallbackCard | FormCard)
    | null;
  note: boolean;
  sent_at: string;
  re: string | null;
}
/**
 * An entry that is not a message: `tracker` (what the bot understood and did), `triage`, `handoff` and so on.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "EntryCreated".
 */
export interface EntryCreated {
  type: "entry.created";
  conversation_id: string;
  pos: number;
  kind: "tracker" | "triage" | "handoff" | "promise" | "remedy" | "tag" | "mark";
  data: {
    [k: string]: unknown;
  };
  at: string;
}
/**
 * Everything of this conversation up to `pos` `head` was sent.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentSynced".
 */
export interface AgentSynced {
  type: "synced";
  conversation_id: string;
  head: number;
}
/**
 * Who holds a followed conversation, and whose it is; `read`: the last `seq` the visitor has seen.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentUpdated".
 */
export interface AgentUpdated {
  type: "conversation.updated";
  conversation_id: string;
  status: "bot" | "waiting" | "human" | "closed";
  agent: AgentRef | null;
  gen: number | null;
  read: number;
  online: boolean;
  visitor: string | null;
  about: string | null;
}
/**
 * Who else has this followed conversation in front of them; the agent who is told is not among them.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ColleaguesHere".
 */
export interface ColleaguesHere {
  type: "colleagues.here";
  conversation_id: string;
  agents: AgentRef[];
}
/**
 * A promise was made or settled, is due soon (`reminded`), needs its backup (`alerted`), or is late.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PromiseChanged".
 */
export interface PromiseChanged {
  type: "promise.changed";
  promise: LedgerPromise;
}
/**
 * A promise as the team sees it. Without an `owner` the bot made it, and everybody is to keep it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LedgerPromise".
 */
export interface LedgerPromise {
  id: string;
  conversation_id: string;
  what: string;
  made_at: string;
  due_at: string;
  owner: AgentRef | null;
  backup: AgentRef | null;
  state: "open" | "re_agreed" | "kept" | "broken";
  reminded: boolean;
  alerted: boolean;
  was_late: boolean;
}
/**
 * A conversation that `holder` has turned for the worse. It rings, quietly, at `agent` until `until`.
 *
 * `settled`: somebody has looked, or it is over. Without `agent` nobody is there to be told yet.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SecondPerson".
 */
export interface SecondPerson {
  type: "second.person";
  conversation_id: string;
  visitor: string | null;
  about: string | null;
  holder: AgentRef;
  reason: "safety" | "legal" | "human_request" | "repeat" | "emotion" | "other";
  quote: string;
  at: string;
  agent: AgentRef | null;
  until: string | null;
  settled: boolean;
}
/**
 * Something was given, waits for a second person, was decided, or is done.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyChanged".
 */
export interface RemedyChanged {
  type: "remedy.changed";
  remedy: MadeRight;
}
/**
 * A remedy as the team sees it. `says` allowed it, or sent it to a second person of the level `ask` at least.
 *
 * `outcomes`: one for each part, once it is `done`; `decision`: what the second person said.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MadeRight".
 */
export interface MadeRight {
  id: string;
  conversation_id: string;
  visitor: string | null;
  by: AgentRef;
  currency: string;
  parts: RemedyPart[];
  says: string;
  ask: ("bot" | "agent" | "senior" | "supervisor") | null;
  reason: string;
  order_number: string | null;
  asked_at: string;
  state: "asked" | "going" | "done" | "declined" | "withdrawn";
  second: AgentRef | null;
  decision: string;
  outcomes: RemedyOutcome[];
}
/**
 * One thing that is given: what it costs in minor units, or, of a refund and a credit, what the visitor gets.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyPart".
 */
export interface RemedyPart {
  remedy: "free_text" | "loaner" | "rush_shipping" | "spare" | "replacement" | "remake" | "credit" | "refund";
  minor: number;
  what: string;
}
/**
 * What became of a part: done at the shop, with its `reference` there, or a promise in the ledger, and `why`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyOutcome".
 */
export interface RemedyOutcome {
  how: "shop" | "task";
  reference: string | null;
  promise_id: string | null;
  due_at: string | null;
  why: string | null;
}
/**
 * Tickets that changed. `reset`: these are all open ones; forget the others.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "QueueChanged".
 */
export interface QueueChanged {
  type: "queue.changed";
  reset: boolean;
  tickets: TicketState[];
}
/**
 * One open (or just closed) request for a person, as the queue shows it.
 *
 * `offered_to` and `offered_until`: at whom it rings alone, and until when. `snoozed_until`: it is laid aside, and
 * rings nobody before. `team`: the team it was passed to.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketState".
 */
export interface TicketState {
  conversation_id: string;
  state: "waiting" | "offered" | "assigned" | "closed";
  gen: number;
  reason: "safety" | "legal" | "human_request" | "repeat" | "emotion" | "other";
  also: ("safety" | "legal" | "human_request" | "repeat" | "emotion" | "other")[];
  quote: string;
  evidence: Evidence[];
  requested_at: string;
  rank_at: string;
  agent: AgentRef | null;
  offered_to: AgentRef | null;
  offered_until: string | null;
  snoozed_until: string | null;
  team: string | null;
  visitor: string | null;
  about: string | null;
  site: string;
}
/**
 * Why triage wants a person, in words an agent reads; `start`/`end` are character offsets in the message.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Evidence".
 */
export interface Evidence {
  reason: "safety" | "legal" | "human_request" | "repeat" | "emotion" | "other";
  text: string;
  start: number | null;
  end: number | null;
}
/**
 * What the widget needs to draw itself.
 *
 * `consent`: nothing is kept of visitors before they agree to `notice`; `mail`: answers can go out by mail; `words`:
 * greeting, starters and notice in other languages, by ISO 639-1 code.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SiteInfo".
 */
export interface SiteInfo {
  key: string;
  name: string;
  accent: string;
  locale: string;
  greeting: string;
  starters: string[];
  team: string[];
  availability: Availability;
  uploads: boolean;
  notice: string | null;
  privacy_url: string | null;
  consent: boolean;
  mail: boolean;
  words: {
    [k: string]: SiteWords;
  };
}
/**
 * What a site says in one language; null where it has nothing of its own in it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SiteWords".
 */
export interface SiteWords {
  greeting: string | null;
  starters: string[] | null;
  notice: string | null;
}
/**
 * A new visitor's token. Kept by the widget, sent in `hello` and as a bearer token, never in a URL.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorSession".
 */
export interface VisitorSession {
  token: string;
  site: SiteInfo;
}
/**
 * Older messages of the visitor's conversation, oldest first; `more`: there are older ones still.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "HistoryPage".
 */
export interface HistoryPage {
  messages: MessageCreated[];
  more: boolean;
}
/**
 * When somebody could call.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CallbackTimes".
 */
export interface CallbackTimes {
  times: Span[];
}
/**
 * Where answers go when the visitor has left.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MailAddress".
 */
export interface MailAddress {
  email: string | null;
}
/**
 * Would customers recommend us to a fellow rider? Below 30 answers only the counts say something.
 *
 * `score`, `low` and `high` in points from -100 to 100 as `formula` says; `n` answered of `asked`. `scores`: how
 * many said 0, 1, ... 10. `glad`, `neutral` and `upset`: how they said that they left. Of the `came_upset`
 * customers who came upset `upset_told` said so, and `recovered` of these left glad.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Recommended".
 */
export interface Recommended {
  site: string;
  days: number;
  since: string;
  until: string;
  formula: string;
  asked: number;
  n: number;
  promoters: number;
  passives: number;
  detractors: number;
  score: number | null;
  low: number | null;
  high: number | null;
  response_rate: number | null;
  solved: number;
  not_solved: number;
  scores: number[];
  glad: number;
  neutral: number;
  upset: number;
  came_upset: number;
  upset_told: number;
  recovered: number;
  before: RecommendedBefore;
  verbatims: RecommendedBy[];
}
/**
 * The period before, of the same length.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RecommendedBefore".
 */
export interface RecommendedBefore {
  n: number;
  score: number | null;
}
/**
 * What one customer said after a resolution. `came_upset`: their anger was a reason to ask for a person.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RecommendedBy".
 */
export interface RecommendedBy {
  conversation_id: string;
  resolved_at: string;
  answered_at: string | null;
  score: number | null;
  why: string | null;
  feeling: ("good" | "mixed" | "bad") | null;
  solved: boolean | null;
  visitor: string | null;
  came_upset: boolean;
}
/**
 * Empty for whom the figures are not.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OwnSites".
 */
export interface OwnSites {
  sites: OwnSite[];
}
/**
 * A site whose figures one may see.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OwnSite".
 */
export interface OwnSite {
  key: string;
  name: string;
}
/**
 * Why people were needed, how long customers waited for them, and what became of promises; newest cases first.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Voice".
 */
export interface Voice {
  site: string;
  days: number;
  since: string;
  until: string;
  reasons: ReasonCount[];
  gaps: GapCount[];
  waits: WaitFigures;
  promises: PromiseFigures;
  cases: HandedOver[];
}
/**
 * How often a person was asked for because of this; `before`: in the period before, of the same length.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ReasonCount".
 */
export interface ReasonCount {
  reason: "safety" | "legal" | "human_request" | "repeat" | "emotion" | "other";
  count: number;
  before: number;
}
/**
 * What the assistant could not settle, in its own words, and how often.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "GapCount".
 */
export interface GapCount {
  what: string;
  count: number;
}
/**
 * Waits for a person, in seconds, as `formula` says; `p90_s` is null below ten of them.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WaitFigures".
 */
export interface WaitFigures {
  formula: string;
  answered: number;
  left: number;
  waiting: number;
  median_s: number | null;
  p90_s: number | null;
}
/**
 * Promises, as `formula` says; `rate` from 0 to 1, null of nothing.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PromiseFigures".
 */
export interface PromiseFigures {
  formula: string;
  due: number;
  on_time: number;
  late: number;
  broken: number;
  re_agreed: number;
  open: number;
  rate: number | null;
}
/**
 * One request for a person. `left`: over without a word of a person.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "HandedOver".
 */
export interface HandedOver {
  conversation_id: string;
  visitor: string | null;
  requested_at: string;
  reason: "safety" | "legal" | "human_request" | "repeat" | "emotion" | "other";
  quote: string;
  gap: string | null;
  waited_s: number | null;
  left: boolean;
}
/**
 * A link for who cannot have a websocket. `link` is its secret: a bearer token, never in a URL.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PollLink".
 */
export interface PollLink {
  link: string;
}
/**
 * Frames of a link, as JSON text, numbered from `first` on. `closed`: the close code; nothing more comes.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PolledFrames".
 */
export interface PolledFrames {
  first: number;
  frames: string[];
  closed: number | null;
}
/**
 * E-mail and password of an agent; `code` of the second step, once it was asked for with `code_needed`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SignIn".
 */
export interface SignIn {
  email: string;
  password: string;
  code: string | null;
}
/**
 * Who is signed in. `csrf` goes into the `X-Kickstand-CSRF` header, `socket_token` into `hello`.
 *
 * `enrol_first`: the role has to have a second step, and until it is set up nothing else is served.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgentSession".
 */
export interface AgentSession {
  agent: AgentRef;
  email: string;
  role: "agent" | "senior" | "supervisor" | "admin";
  enrol_first: boolean;
  csrf: string;
  socket_token: string;
}
/**
 * The newest conversations first; `before` of the next page is the last row's `updated_at`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ConversationList".
 */
export interface ConversationList {
  conversations: ConversationSummary[];
  more: boolean;
}
/**
 * A row of the console's list of conversations.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ConversationSummary".
 */
export interface ConversationSummary {
  conversation_id: string;
  status: "bot" | "waiting" | "human" | "closed";
  visitor: string | null;
  about: string | null;
  agent: AgentRef | null;
  last_text: string;
  updated_at: string;
}
/**
 * What the console's customer pane shows: facts, and this visitor's other conversations.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VisitorCard".
 */
export interface VisitorCard {
  conversation_id: string;
  visitor: string | null;
  facts: Fact[];
  earlier: EarlierConversation[];
  more_earlier: boolean;
  email: string | null;
  verified: boolean;
  brief: string[];
  garage: string[];
  cases: CaseLine[];
  feelings: Feeling[];
  promises: LedgerPromise[];
}
/**
 * Something known about the visitor, with where it comes from ("said in chat", "order").
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Fact".
 */
export interface Fact {
  label: string;
  value: string;
  source: string;
}
/**
 * Another conversation of the visitor: how it ended for them. `score`: would they recommend us, 0 to 10.
 *
 * `asked`: they were asked; `solved`: as they said; `handed_over`: a person was needed.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "EarlierConversation".
 */
export interface EarlierConversation {
  conversation_id: string;
  status: "bot" | "waiting" | "human" | "closed";
  visitor: string | null;
  about: string | null;
  agent: AgentRef | null;
  last_text: string;
  updated_at: string;
  began_at: string;
  handed_over: boolean;
  asked: boolean;
  score: number | null;
  solved: boolean | null;
}
/**
 * A case of the visitor.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CaseLine".
 */
export interface CaseLine {
  number: string;
  kind: string;
  about: string;
  opened_at: string;
}
/**
 * How a message of the visitor read to triage: 0 calm, 1 as upset as can be.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Feeling".
 */
export interface Feeling {
  at: string;
  upset: number;
}
/**
 * The newest first. `is_silent`: the shop did not answer, so some may be missing.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OrdersStanding".
 */
export interface OrdersStanding {
  orders: OrderStanding[];
  is_silent: boolean;
}
/**
 * An order as it stands now; `items` in words, `late_days` after the day first told.
 *
 * `proved`: number and proof were told in the chat; else it goes by the e-mail address that the visitor left.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OrderStanding".
 */
export interface OrderStanding {
  number: string;
  proved: boolean;
  status:
    | "received"
    | "packed"
    | "in_transit"
    | "out_for_delivery"
    | "pickup_ready"
    | "delivered"
    | "exception"
    | "returned"
    | "cancelled";
  placed_at: string;
  items: string[];
  expected_for: string | null;
  delivered_at: string | null;
  late_days: number;
  url: string | null;
}
/**
 * To whom the agent can pass a conversation: everybody else of its site, those who are there first.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Company".
 */
export interface Company {
  colleagues: Colleague[];
  teams: Team[];
}
/**
 * An agent of the same sites. `here`: connected and taking conversations; `holds` of `capacity`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Colleague".
 */
export interface Colleague {
  id: string;
  name: string;
  here: boolean;
  holds: number;
  capacity: number;
}
/**
 * A team that conversations can be passed to; `here`: how many of it are there now.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Team".
 */
export interface Team {
  id: string;
  name: string;
  here: number;
}
/**
 * Promises, the one due next first.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PromiseList".
 */
export interface PromiseList {
  promises: LedgerPromise[];
}
/**
 * What an agent promises, and by when.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "NewPromise".
 */
export interface NewPromise {
  what: string;
  due_at: string;
  source: "form" | "composer";
}
/**
 * The moment that was agreed on instead.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "NewDate".
 */
export interface NewDate {
  due_at: string;
}
/**
 * What this agent may give in this conversation now, and what was given in it.
 *
 * `says` is always in sight; `here`, `day` and `per_case` in minor units, null for any amount. `orders`: numbers that
 * the visitor proved to be theirs or named; `second`: who is there now and may decide more than this agent.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Allowance".
 */
export interface Allowance {
  conversation_id: string;
  level: "bot" | "agent" | "senior" | "supervisor";
  says: string;
  currency: string;
  here: number | null;
  day: number | null;
  per_case: number | null;
  menu: RemedyOffer[];
  orders: string[];
  second: AgentRef[];
  remedies: MadeRight[];
}
/**
 * A remedy that is on offer at a site. Without `minor` whoever picks it says what it costs.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyOffer".
 */
export interface RemedyOffer {
  remedy: "free_text" | "loaner" | "rush_shipping" | "spare" | "replacement" | "remake" | "credit" | "refund";
  what: string;
  minor: number | null;
}
/**
 * What an agent thinks of giving.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WantedRemedy".
 */
export interface WantedRemedy {
  currency: string;
  /**
   * @minItems 1
   * @maxItems 6
   */
  parts:
    | [RemedyPart]
    | [RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart, RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart, RemedyPart, RemedyPart, RemedyPart];
}
/**
 * May it be given, and the sentence that says so; `second`: who is there now and decides it, for `ask`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WeighedRemedy".
 */
export interface WeighedRemedy {
  kind: "allowed" | "allowed_with_note" | "ask";
  says: string;
  ask: ("bot" | "agent" | "senior" | "supervisor") | null;
  second: AgentRef[];
}
/**
 * Give it. The same `id` again gives nothing twice; `ask`: where a second person is needed, ask for one.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "NewRemedy".
 */
export interface NewRemedy {
  currency: string;
  /**
   * @minItems 1
   * @maxItems 6
   */
  parts:
    | [RemedyPart]
    | [RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart, RemedyPart, RemedyPart]
    | [RemedyPart, RemedyPart, RemedyPart, RemedyPart, RemedyPart, RemedyPart];
  id: string;
  gen: number;
  reason: string;
  order_number: string | null;
  ask: boolean;
}
/**
 * The second person's word; `reason` is needed to decline.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyDecision".
 */
export interface RemedyDecision {
  approve: boolean;
  reason: string;
}
/**
 * What waits for this agent as second person, the oldest first, and what the agent decides as.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyList".
 */
export interface RemedyList {
  remedies: MadeRight[];
}
/**
 * Of all sites.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyRulesList".
 */
export interface RemedyRulesList {
  sites: RemedyRules[];
}
/**
 * Who may give how much at a site, and what is on offer. Edited by admins.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemedyRules".
 */
export interface RemedyRules {
  site: string;
  name: string;
  currency: string;
  roles: {
    [k: string]: LevelLimits;
  };
  /**
   * @maxItems 24
   */
  menu: RemedyOffer[];
}
/**
 * What a level may give in all, and of single remedies; null there: that one always takes two people.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LevelLimits".
 */
export interface LevelLimits {
  per_case: number | null;
  per_day: number | null;
  needs_note: boolean;
  remedies: {
    [k: string]: AmountLimit | null;
  };
}
/**
 * Minor units without asking; null: any amount.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AmountLimit".
 */
export interface AmountLimit {
  per_case: number | null;
  per_day: number | null;
}
/**
 * What an agent is writing.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Draft".
 */
export interface Draft {
  text: string;
}
/**
 * The promises in a draft, in order; those whose moment has passed are left out.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FoundPromises".
 */
export interface FoundPromises {
  promises: FoundPromise[];
}
/**
 * A promise in a draft: characters `start` to `end`. Without `due_at` the agent is asked by when.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FoundPromise".
 */
export interface FoundPromise {
  what: string;
  due_at: string | null;
  start: number;
  end: number;
}
/**
 * For `new RegExp(pattern, "giu")`, the first that matches at a place winning.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WordingList".
 */
export interface WordingList {
  version: number;
  phrases: WordingPhrase[];
}
/**
 * A phrase that closes a door, or belittles; `say` replaces it ("" takes it away), else `hint` says how.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WordingPhrase".
 */
export interface WordingPhrase {
  where: "reply" | "note";
  pattern: string;
  say: string | null;
  hint: string | null;
  why: string;
}
/**
 * The answers of the agent's sites, by title.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CannedAnswerList".
 */
export interface CannedAnswerList {
  answers: CannedAnswer[];
}
/**
 * An answer that is written often; `{name}`, `{me}`, `{bike}` and `{order}` are filled in by the console.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CannedAnswer".
 */
export interface CannedAnswer {
  id: string;
  site: string;
  title: string;
  text: string;
}
/**
 * A new canned answer, or other words for the one with this `id`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutCanned".
 */
export interface PutCanned {
  id: string | null;
  site: string;
  title: string;
  text: string;
}
/**
 * The tags of a conversation, and the marks of its messages.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LabelList".
 */
export interface LabelList {
  tags: string[];
  marks: MarkedMessage[];
}
/**
 * What triage should have heard in the visitor's message at `pos`, as somebody said who read it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MarkedMessage".
 */
export interface MarkedMessage {
  pos: number;
  label: "none" | "safety" | "legal" | "human_request" | "repeat" | "emotion";
}
/**
 * Tags that are in use, the most used first.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TagList".
 */
export interface TagList {
  tags: string[];
}
/**
 * Put a tag on, or take it off. It is kept in small letters.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutTag".
 */
export interface PutTag {
  tag: string;
  on: boolean;
}
/**
 * Mark a message of the visitor, or take the mark back with null.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutMark".
 */
export interface PutMark {
  pos: number;
  label: ("none" | "safety" | "legal" | "human_request" | "repeat" | "emotion") | null;
}
/**
 * The best match first, each conversation once.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SearchHits".
 */
export interface SearchHits {
  hits: SearchHit[];
}
/**
 * A conversation with the words that were asked for; in `snippet` they stand between U+0002 and U+0003.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SearchHit".
 */
export interface SearchHit {
  conversation: ConversationSummary;
  pos: number;
  snippet: string;
}
/**
 * A browser's push subscription, and what to call it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutDevice".
 */
export interface PutDevice {
  endpoint: string;
  p256dh: string;
  auth: string;
  device: string;
}
/**
 * How the signed-in agent is reached. `key`: our public key, as a browser wants it to subscribe.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertOverview".
 */
export interface AlertOverview {
  key: string;
  devices: AlertDevice[];
  plans: AlertPlan[];
}
/**
 * A browser of the agent that takes messages; `here`: of this very session.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertDevice".
 */
export interface AlertDevice {
  device: string;
  reached_at: string | null;
  here: boolean;
}
/**
 * The steps of a site that lead somewhere.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertPlan".
 */
export interface AlertPlan {
  site: string;
  name: string;
  steps: AlertStep[];
}
/**
 * Who waits so long and was not taken is told of by this way.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertStep".
 */
export interface AlertStep {
  after_s: number;
  way: "push" | "webhook" | "slack" | "email";
}
/**
 * One for each place.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertTries".
 */
export interface AlertTries {
  tries: AlertTry[];
}
/**
 * Where a test went; `why` is empty where it got through.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertTry".
 */
export interface AlertTry {
  where: string;
  why: string;
}
/**
 * The sites of the signed-in admin.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertSettingsList".
 */
export interface AlertSettingsList {
  sites: AlertSettings[];
}
/**
 * How a site's people are reached. Secrets are never shown again: only that they are there.
 *
 * `mails`: this server can send mail; `owners`: who gets it while `owner_emails` is empty.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertSettings".
 */
export interface AlertSettings {
  site: string;
  name: string;
  steps: AlertStep[];
  webhook_url: string | null;
  webhook_signed: boolean;
  slack: boolean;
  mails: boolean;
  owner_emails: string[];
  owners: string[];
  recent: AlertOutcome[];
}
/**
 * What became of an alert.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AlertOutcome".
 */
export interface AlertOutcome {
  way: "push" | "webhook" | "slack" | "email";
  kind: string;
  state: "due" | "sent" | "dropped" | "failed";
  detail: string;
  at: string;
}
/**
 * `webhook_url` and `slack_url`: null leaves them as they are, "" takes them away.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutAlertSettings".
 */
export interface PutAlertSettings {
  steps: AlertStep[];
  webhook_url: string | null;
  slack_url: string | null;
  owner_emails: string[];
}
/**
 * Shown once, for whoever checks the signatures.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WebhookKey".
 */
export interface WebhookKey {
  key: string;
}
/**
 * The sites of the signed-in agent.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SiteHoursList".
 */
export interface SiteHoursList {
  sites: SiteHours[];
}
/**
 * When people of a site are there, and the longest wait that visitors are promised then.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SiteHours".
 */
export interface SiteHours {
  site: string;
  name: string;
  hours: HoursPlan;
  answer_within_s: number;
  teams: TeamHours[];
}
/**
 * Weekly hours by weekday ("mon": [["09:00", "18:00"]]), and days that differ by date; an empty day is closed.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "HoursPlan".
 */
export interface HoursPlan {
  tz: string;
  weekly: {
    [k: string]: string[][];
  };
  days: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^\d{4}-\d{2}-\d{2}$".
     */
    [k: string]: string[][];
  };
}
/**
 * A team; null: it keeps the hours of its site.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TeamHours".
 */
export interface TeamHours {
  id: string;
  name: string;
  hours: HoursPlan | null;
}
/**
 * Of the site, or of its `team`, for which null means those of the site.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutHours".
 */
export interface PutHours {
  team: string | null;
  hours: HoursPlan | null;
  answer_within_s: number | null;
}
/**
 * A moment on the clock of the hours ("2026-12-24T16:30"), asked of hours that need not be stored yet.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PreviewHours".
 */
export interface PreviewHours {
  at: string;
  hours: HoursPlan;
  answer_within_s: number;
}
/**
 * What a visitor who asks for a person then is told, if everybody keeps to the plan.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "HoursPreview".
 */
export interface HoursPreview {
  at: string;
  open: boolean;
  changes_at: string | null;
  answer_by: string | null;
  slots: CallSlot[];
  says: string;
}
/**
 * A time at which somebody could call.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CallSlot".
 */
export interface CallSlot {
  begins: string;
  ends: string;
}
/**
 * Body of every HTTP error.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Problem".
 */
export interface Problem {
  code: string;
  message: string;
  retryable: boolean;
  request_id: string;
}
/**
 * Whose link it is. `invited`: for the first time; else another password is set.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Guest".
 */
export interface Guest {
  email: string;
  name: string;
  invited: boolean;
}
/**
 * One's own account. `recovery_codes`: unused ones; `required`: the role has to have a second step.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OwnAccount".
 */
export interface OwnAccount {
  email: string;
  name: string;
  role: "agent" | "senior" | "supervisor" | "admin";
  second_step: boolean;
  required: boolean;
  recovery_codes: number;
  sessions: SessionLine[];
}
/**
 * A console that is signed in. `current`: the one that asks.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SessionLine".
 */
export interface SessionLine {
  id: string;
  device: string;
  address: string;
  created_at: string;
  seen_at: string;
  here: boolean;
  current: boolean;
}
/**
 * What an authenticator is given: `secret`, or `qr`, a picture of `uri` as rows of "0" and "1".
 *
 * `ticket` goes back with the first code, within a quarter of an hour.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Enrolment".
 */
export interface Enrolment {
  secret: string;
  uri: string;
  qr: string[];
  ticket: string;
}
/**
 * Each replaces a code of the authenticator once; shown this once.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RecoveryCodes".
 */
export interface RecoveryCodes {
  codes: string[];
}
/**
 * Everybody by name, the sites there are, and the roles that have to have a second step.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PersonList".
 */
export interface PersonList {
  people: PersonLine[];
  sites: SiteName[];
  second_step: ("agent" | "senior" | "supervisor" | "admin")[];
}
/**
 * Somebody of the team. `here`: connected now; `seen_at`: of a live session.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PersonLine".
 */
export interface PersonLine {
  id: string;
  email: string;
  name: string;
  role: "agent" | "senior" | "supervisor" | "admin";
  capacity: number;
  invited: boolean;
  disabled: boolean;
  second_step: boolean;
  sites: string[];
  teams: string[];
  sessions: number;
  here: boolean;
  seen_at: string | null;
}
/**
 * A site of the installation.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SiteName".
 */
export interface SiteName {
  key: string;
  name: string;
}
/**
 * A new account.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Invite".
 */
export interface Invite {
  email: string;
  role: "agent" | "senior" | "supervisor" | "admin";
  /**
   * @maxItems 100
   */
  sites: string[];
  capacity: number;
}
/**
 * What is to be different; what is left out stays as it is.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ChangePerson".
 */
export interface ChangePerson {
  role: ("agent" | "senior" | "supervisor" | "admin") | null;
  sites: string[] | null;
  capacity: number | null;
  disabled: boolean | null;
}
/**
 * A link to hand on; it opens once.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OneTimeLink".
 */
export interface OneTimeLink {
  link: string;
  ends_at: string;
}
/**
 * Live sessions, the one used last first.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Sessions".
 */
export interface Sessions {
  sessions: SessionLine[];
}
/**
 * Every team, by site and name.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TeamList".
 */
export interface TeamList {
  teams: TeamLine[];
}
/**
 * A team of a site with the e-mails of who is on it.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TeamLine".
 */
export interface TeamLine {
  site: string;
  name: string;
  members: string[];
}
/**
 * A new team, or other members for the one of this name.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PutTeam".
 */
export interface PutTeam {
  site: string;
  name: string;
  /**
   * @maxItems 500
   */
  members: string[];
}
/**
 * Newest first; `more`: there are older ones, before the last line's `at`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AuditPage".
 */
export interface AuditPage {
  lines: AuditLine[];
  more: boolean;
}
/**
 * Who did what, when, to what, from where. `before` and `after` as they were noted.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AuditLine".
 */
export interface AuditLine {
  id: string;
  at: string;
  who: string;
  did: string;
  about: string;
  before: {
    [k: string]: unknown;
  };
  after: {
    [k: string]: unknown;
  };
  address: string;
}
/**
 * A site as it is now, and today since midnight there.
 *
 * Recovered: came upset and said at the end that it left them well, of all who came upset and were resolved today.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Wall".
 */
export interface Wall {
  site: string;
  sites: SiteName[];
  at: string;
  tz: string;
  promised_s: number;
  open: boolean;
  changes_at: string | null;
  people: WallPerson[];
  team: number;
  longest_s: number | null;
  longest_at: string | null;
  waits: WaitBin[];
  answered: number;
  recovered: number;
  came_upset: number;
  kept: number;
  late: number;
  broken: number;
}
/**
 * Somebody of the site who is there, or holds a conversation. `newest`: the visitor who came to them last.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WallPerson".
 */
export interface WallPerson {
  id: string;
  name: string;
  role: "agent" | "senior" | "supervisor" | "admin";
  here: boolean;
  available: boolean;
  holds: number;
  capacity: number;
  newest: string | null;
  newest_reason: string | null;
}
/**
 * Half an hour of today: half waited less than `half_s` for the first word of a person, 9 of 10 than `nine_s`.
 *
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WaitBin".
 */
export interface WaitBin {
  start: string;
  half_s: number;
  nine_s: number;
  n: number;
}
