import { effect, signal, untracked } from "@preact/signals";
import { Connection } from "@client/socket";
import type { Shelf } from "@client/storage";
import type { AgentCommand, AgentEvent, AgentSession } from "@client/protocol.gen";
import type { Api } from "../api";
import { t } from "../i18n";
import { alerts as alertWords } from "../words/alerts";
import type { Account } from "./account";
import { Alerts, thisMachine } from "./alerts";
import { Archive } from "./archive";
import { badge } from "./badge";
import { Canned } from "./canned";
import { Customer } from "./customer";
import { Desk, type View } from "./desk";
import { Found } from "./found";
import { Labels } from "./labels";
import { Ledger } from "./ledger";
import { Own } from "./own";
import { queryOf, Reports } from "./reports";
import type { RoleName } from "./roles";
import { Audit, Team } from "./team";
import { Wall } from "./wall";
import { Remedies } from "./remedies";
import { RulesBook } from "./rules";
import { WebBell } from "./ring";
import { Wording } from "./wording";

const SINGLE_KEYS = "ks-console-single-keys";
const SOUND_TESTED = "ks-console-sound-tested";
const VIEWS: readonly View[] = ["queue", "mine", "promises", "all", "reports", "wall", "settings"];
/** Pages of their own: no conversation stands beside them. */
const PAGES: readonly View[] = ["reports", "wall", "settings"];

export type Sheet = "customer" | "help" | "palette" | "alerts" | null;
/** What is open beside the buttons of the conversation. */
export type Box = "transfer" | "snooze" | "promise" | "canned" | null;

/** Everything behind the screens of one signed-in agent: the desk, its link, and what is open on the screen. */
export class Office {
  readonly desk: Desk;
  readonly archive: Archive;
  readonly customer: Customer;
  readonly bell = new WebBell();
  readonly alerts: Alerts;
  readonly ledger: Ledger;
  readonly remedies: Remedies;
  readonly rules: RulesBook;
  readonly labels: Labels;
  readonly wording: Wording;
  readonly canned: Canned;
  readonly found: Found;
  readonly reports: Reports;
  readonly own: Own;
  readonly team: Team;
  readonly audit: Audit;
  readonly wall: Wall;
  readonly role: RoleName;
  /** Which page of the settings is open. */
  readonly section = signal("you");
  readonly box = signal<Box>(null);
  readonly sheet = signal<Sheet>(null);
  readonly singleKeys = signal(true);
  /** When the agent last heard the test sound (ISO); null: never. */
  readonly soundTested = signal<string | null>(null);
  private readonly connection: Connection<AgentCommand, AgentEvent>;
  private readonly endings: (() => void)[] = [];
  private token: string;

  constructor(
    session: AgentSession,
    private readonly account: Account,
    readonly api: Api,
    private readonly shelf: Shelf,
  ) {
    this.token = session.socket_token;
    this.role = session.role;
    this.own = new Own(api);
    this.team = new Team(api);
    this.audit = new Audit(api);
    this.wall = new Wall((site) => api.wall(site));
    this.archive = new Archive((before) => api.conversations(before));
    this.customer = new Customer(
      (id) => api.customer(id),
      (id) => api.orders(id),
    );
    this.singleKeys.value = shelf.get(SINGLE_KEYS) !== "off";
    this.soundTested.value = shelf.get(SOUND_TESTED);
    api.csrf = session.csrf;
    this.ledger = new Ledger({
      list: async () => (await api.promises()).promises,
      make: (conversation, what, due, source) => api.promise(conversation, what, due, source),
      keep: (promise) => api.keep(promise),
      reAgree: (promise, due) => api.reAgree(promise, due),
    });
    this.rules = new RulesBook(api);
    this.labels = new Labels({
      labels: (conversation) => api.labels(conversation),
      known: async () => (await api.knownTags()).tags,
      tag: (conversation, tag, on) => api.putTag(conversation, tag, on),
      mark: (conversation, pos, label) => api.putMark(conversation, pos, label),
    });
    this.remedies = new Remedies(
      {
        allowance: (conversation) => api.allowance(conversation),
        weigh: (conversation, wanted) => api.weigh(conversation, wanted),
        give: (conversation, remedy) => api.giveRemedy(conversation, remedy),
        decide: (remedy, approve, reason) => api.decideRemedy(remedy, approve, reason),
        withdraw: (remedy) => api.withdrawRemedy(remedy),
        asked: async () => (await api.askedRemedies()).remedies,
      },
      this.bell,
    );
    this.alerts = new Alerts(
      {
        overview: () => api.alerts(),
        put: (device) => api.putDevice(device),
        remove: (endpoint) => api.removeDevice(endpoint),
        test: async () => (await api.testAlerts()).tries,
      },
      thisMachine(),
    );
    this.wording = new Wording(() => api.wording());
    this.canned = new Canned(() => api.canned());
    this.found = new Found((conversation, text) => api.found(conversation, text));
    this.reports = new Reports({
      sites: async () => (await api.ownSites()).sites,
      recommended: (asked) => api.recommended(queryOf(asked)),
      voice: (asked) => api.voice(queryOf(asked)),
      now: () => this.desk.clock.now(),
    });
    this.desk = new Desk({
      promised: (id) => this.ledger.openIn(id).length > 0,
      promise: (promise) => {
        this.ledger.apply(promise);
        if (promise.conversation_id === this.desk.chosen.value) this.customer.refreshSoon();
      },
      remedy: (remedy) => this.remedies.changed(remedy),
      me: session.agent,
      link: { send: (command) => this.connection.send(command), reconnect: () => this.connection.reconnect() },
      shelf,
      bell: this.bell,
      visible: () => document.visibilityState === "visible",
      news: (what, id) => this.notify(what, id),
    });
    this.connection = new Connection<AgentCommand, AgentEvent>({
      url: socketAddress(),
      hello: () => ({ type: "hello", v: 1, token: this.token }),
      refreshToken: async () => {
        this.token = await account.refresh();
      },
      onEvent: (event) => this.desk.receive(event),
      onState: (state) => {
        this.desk.linkIs(state);
        if (state.kind === "stopped" && state.code === 4501) void this.account.ended().then((open) => open && this.renew());
      },
      isCaughtUp: () => this.desk.caughtUp(),
    });
  }

  open(): void {
    this.desk.clock.start();
    this.bell.start();
    this.readPlace();
    this.listen(window, "hashchange", () => this.readPlace());
    this.listen(document, "visibilitychange", () => this.desk.markRead());
    if ("serviceWorker" in navigator) this.listen(navigator.serviceWorker, "message", (event) => this.fromWorker(event));
    void this.alerts.start();
    let waiting = new Set<string>();
    this.endings.push(
      effect(() => {
        const now = new Set([...this.desk.queue.waiting.value, ...this.desk.queue.offers.value].map((one) => one.conversation_id));
        for (const id of waiting) if (!now.has(id)) void this.alerts.settle(id);
        waiting = now;
      }),
      effect(() => badge(this.desk.calls.value + this.remedies.asked.value.length)),
      effect(() => {
        document.title = t.title(this.desk.calls.value + this.remedies.asked.value.length);
      }),
      effect(() => {
        const view = this.desk.view.value;
        const place = `#/${view}/${view === "settings" ? this.section.value : (this.desk.chosen.value ?? "")}`;
        if (location.hash !== place) history.pushState(null, "", place);
      }),
      effect(() => {
        // A conversation that is opened from the figures stands beside the list of all.
        if (PAGES.includes(this.desk.view.value) && this.desk.chosen.value !== null) this.desk.view.value = "all";
      }),
      effect(() => this.customer.show(this.desk.chosen.value)),
      effect(() => {
        const chosen = this.desk.chosen.value;
        untracked(() => this.remedies.show(chosen));
      }),
      effect(() => {
        const chosen = this.desk.chosen.value;
        void this.desk.current.value?.labelled.value; // a colleague tagged or marked it
        untracked(() => this.labels.show(chosen));
      }),
      effect(() => this.remedies.rings(this.desk.available.value)),
      effect(() => {
        const entries = this.desk.current.value?.entries.value.length ?? 0;
        if (entries > 0) untracked(() => this.customer.refreshSoon());
      }),
      effect(() => {
        if (!this.desk.live.value) return;
        untracked(() => {
          this.customer.refreshSoon();
          void this.ledger.load();
          void this.remedies.load();
          void this.remedies.loadAsked();
          void this.labels.loadKnown();
          void this.wording.load();
          void this.canned.load();
          void this.reports.look();
        });
      }),
      effect(() => {
        if (this.desk.view.value === "all" && this.desk.live.value) untracked(() => void this.archive.refresh());
      }),
      effect(() => {
        void this.desk.queue.tickets.value; // who has what has changed
        untracked(() => {
          if (this.desk.view.value === "all" && this.desk.live.value) void this.archive.renew();
        });
      }),
    );
    this.connection.start();
  }

  close(): void {
    this.connection.stop();
    this.desk.close();
    this.remedies.close();
    for (const end of this.endings.splice(0)) end();
    document.title = t.title(0);
    badge(0);
    history.replaceState(null, "", location.pathname);
  }

  async signOut(): Promise<void> {
    await this.account.signOut();
  }

  /** Another password: the server ends this session and begins a new one, under which the desk goes on. */
  async changePassword(current: string, fresh: string): Promise<boolean> {
    const changed = this.own.changePassword(current, fresh);
    const session = await this.account.during(changed);
    if (session === null) return false;
    this.account.renewed(session);
    this.renew();
    await this.own.load();
    return true;
  }

  /** Goes on under the session that is signed in now. */
  private renew(): void {
    const signed = this.account.signed.peek();
    if (signed.kind !== "in") return;
    this.token = signed.session.socket_token;
    this.api.csrf = signed.session.csrf;
    this.connection.restart();
  }

  /** Goes to what may be given: in the pane beside the conversation, on a narrow screen in the sheet. */
  makeRight(): void {
    const focus = (): boolean => {
      const shown = [...document.querySelectorAll<HTMLElement>("[data-right]")].find((one) => one.offsetParent !== null);
      shown?.scrollIntoView({ block: "nearest" });
      shown?.querySelector<HTMLElement>("button")?.focus();
      return shown !== undefined;
    };
    if (focus()) return;
    this.sheet.value = "customer";
    requestAnimationFrame(() => requestAnimationFrame(focus));
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys.value = on;
    this.shelf.set(SINGLE_KEYS, on ? "on" : "off");
  }

  async testSound(): Promise<void> {
    await this.bell.unblock();
    if (!this.bell.ring("arrival")) return;
    this.soundTested.value = new Date().toISOString();
    this.shelf.set(SOUND_TESTED, this.soundTested.value);
  }

  /** Rings once, and sends a message to each browser of this agent. */
  async testAlerts(): Promise<void> {
    await this.testSound();
    await this.alerts.test();
  }

  /** On the screen of who looks elsewhere. */
  private notify(what: "waits" | "wrote" | "worse", id: string): void {
    if (document.visibilityState === "visible" && document.hasFocus()) return;
    const ticket = this.desk.queue.tickets.value.get(id);
    const name = ticket?.visitor ?? t.TheVisitor;
    const place = `/console/#/${what === "wrote" ? "mine" : "queue"}/${id}`;
    const title = what === "waits" ? alertWords.waits(name) : what === "wrote" ? alertWords.wrote(name) : t.wall.worseTitle(name);
    void this.alerts.show(title, ticket === undefined ? "" : t.reason[ticket.reason], id, place);
  }

  private fromWorker(event: Event): void {
    const news: unknown = event instanceof MessageEvent ? event.data : null;
    if (typeof news !== "object" || news === null || !("type" in news)) return;
    if (news.type === "push.arrived" && "kind" in news) this.alerts.arrived(String(news.kind));
    else if (news.type === "push.open" && "hash" in news) location.hash = String(news.hash);
  }

  go(view: View): void {
    if (PAGES.includes(view)) this.desk.choose(null);
    this.desk.view.value = view;
  }

  /** The address names the list and the conversation, so that a reload and the back button find them again. */
  private readPlace(): void {
    const [, view, id] = location.hash.split("/");
    const known = VIEWS.find((one) => one === view) ?? "queue";
    if (known === "settings") this.section.value = id ?? "";
    // First what stands beside it, then the page: a page of its own gives way to a conversation that is open.
    this.desk.choose(id === undefined || id === "" || PAGES.includes(known) ? null : decodeURIComponent(id));
    this.desk.view.value = known;
  }

  private listen(target: EventTarget, type: string, act: (event: Event) => void): void {
    target.addEventListener(type, act);
    this.endings.push(() => target.removeEventListener(type, act));
  }
}

function socketAddress(): string {
  const url = new URL("/ws/agent", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  return url.href;
}
