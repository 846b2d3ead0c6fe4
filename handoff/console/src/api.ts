import type {
  AgentSession,
  AuditPage,
  AlertOverview,
  AlertSettings,
  AlertSettingsList,
  AlertTries,
  HoursPreview,
  PreviewHours,
  PutAlertSettings,
  PutHours,
  SiteHours,
  SiteHoursList,
  WebhookKey,
  Allowance,
  CannedAnswer,
  CannedAnswerList,
  ChangePerson,
  Company,
  ConversationList,
  Enrolment,
  FoundPromises,
  Guest,
  Invite,
  LabelList,
  LedgerPromise,
  MadeRight,
  NewRemedy,
  OwnSites,
  OneTimeLink,
  OwnAccount,
  PersonList,
  OrdersStanding,
  Problem,
  PromiseList,
  PutMark,
  PutTeam,
  RecoveryCodes,
  RemedyList,
  RemedyRules,
  RemedyRulesList,
  Recommended,
  SearchHits,
  Sessions,
  TeamList,
  Wall,
  TagList,
  VisitorCard,
  WantedRemedy,
  WeighedRemedy,
  Voice,
  WordingList,
} from "@client/protocol.gen";

type RoleName = AgentSession["role"];

/** The server answered with a problem, or did not answer (`code` is then "unreachable"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The console's calls over HTTP. The session cookie goes along by itself; what changes state also carries its CSRF token. */
export class Api {
  /** Of the session; every call that changes something carries it. */
  csrf = "";

  constructor(private readonly ask: typeof fetch = (...call) => fetch(...call)) {}

  session(): Promise<AgentSession> {
    return this.call<AgentSession>("/api/agent/session");
  }

  signIn(email: string, password: string, code: string | null): Promise<AgentSession> {
    return this.change<AgentSession>("POST", "/api/agent/sign-in", { email, password, code });
  }

  guest(token: string): Promise<Guest> {
    return this.change<Guest>("POST", "/api/agent/way-in", { token });
  }

  async askForLink(email: string): Promise<void> {
    await this.change("POST", "/api/agent/way-in/ask", { email });
  }

  comeIn(token: string, name: string, password: string): Promise<Guest> {
    return this.change<Guest>("POST", "/api/agent/way-in/come-in", { token, name, password });
  }

  ownAccount(): Promise<OwnAccount> {
    return this.call<OwnAccount>("/api/agent/account");
  }

  changePassword(current: string, fresh: string): Promise<AgentSession> {
    return this.change<AgentSession>("PUT", "/api/agent/account/password", { current, new: fresh });
  }

  beginSecondStep(password: string): Promise<Enrolment> {
    return this.change<Enrolment>("POST", "/api/agent/account/second-step", { password });
  }

  confirmSecondStep(ticket: string, code: string): Promise<RecoveryCodes> {
    return this.change<RecoveryCodes>("PUT", "/api/agent/account/second-step", { ticket, code });
  }

  async dropSecondStep(password: string): Promise<void> {
    await this.change("POST", "/api/agent/account/second-step/drop", { password });
  }

  async endOwnSession(session: string | null): Promise<void> {
    const which = session === null ? "" : `/${encodeURIComponent(session)}`;
    await this.change("DELETE", `/api/agent/account/sessions${which}`, {});
  }

  people(): Promise<PersonList> {
    return this.call<PersonList>("/api/admin/people");
  }

  invite(person: Invite): Promise<OneTimeLink> {
    return this.change<OneTimeLink>("POST", "/api/admin/people", person);
  }

  linkAnew(person: string): Promise<OneTimeLink> {
    return this.change<OneTimeLink>("POST", `/api/admin/people/${encodeURIComponent(person)}/link`, {});
  }

  async changePerson(person: string, change: Partial<ChangePerson>): Promise<void> {
    await this.change("PUT", `/api/admin/people/${encodeURIComponent(person)}`, change);
  }

  async forgetSecondStep(person: string): Promise<void> {
    await this.change("DELETE", `/api/admin/people/${encodeURIComponent(person)}/second-step`, {});
  }

  sessionsOf(person: string): Promise<Sessions> {
    return this.call<Sessions>(`/api/admin/people/${encodeURIComponent(person)}/sessions`);
  }

  /** One session of a person, or all. */
  async endSession(person: string, session: string | null): Promise<void> {
    const which = session === null ? "" : `/${encodeURIComponent(session)}`;
    await this.change("DELETE", `/api/admin/people/${encodeURIComponent(person)}/sessions${which}`, {});
  }

  async requireSecondStep(roles: readonly RoleName[]): Promise<void> {
    await this.change("PUT", "/api/admin/second-step", { roles });
  }

  wall(site: string | null): Promise<Wall> {
    return this.call<Wall>(`/api/supervisor/wall${site === null ? "" : `?site=${encodeURIComponent(site)}`}`);
  }

  teams(): Promise<TeamList> {
    return this.call<TeamList>("/api/admin/teams");
  }

  async putTeam(team: PutTeam): Promise<void> {
    await this.change("PUT", "/api/admin/teams", team);
  }

  async removeTeam(site: string, name: string): Promise<void> {
    await this.change("DELETE", `/api/admin/teams/${encodeURIComponent(site)}/${encodeURIComponent(name)}`, {});
  }

  audit(before: string | null): Promise<AuditPage> {
    return this.call<AuditPage>(`/api/admin/audit${before === null ? "" : `?before=${encodeURIComponent(before)}`}`);
  }

  async signOut(csrf: string): Promise<void> {
    await this.call("/api/agent/sign-out", { method: "POST", headers: { "X-Kickstand-CSRF": csrf } });
  }

  conversations(before: string | null): Promise<ConversationList> {
    const page = before === null ? "" : `?before=${encodeURIComponent(before)}`;
    return this.call<ConversationList>(`/api/agent/conversations${page}`);
  }

  customer(conversation: string): Promise<VisitorCard> {
    return this.call<VisitorCard>(`/api/agent/conversations/${encodeURIComponent(conversation)}/customer`);
  }

  orders(conversation: string): Promise<OrdersStanding> {
    return this.call<OrdersStanding>(`/api/agent/conversations/${encodeURIComponent(conversation)}/orders`);
  }

  company(conversation: string): Promise<Company> {
    return this.call<Company>(`/api/agent/conversations/${encodeURIComponent(conversation)}/company`);
  }

  wording(): Promise<WordingList> {
    return this.call<WordingList>("/api/agent/wording");
  }

  ownSites(): Promise<OwnSites> {
    return this.call<OwnSites>("/api/owner/sites");
  }

  recommended(query: string): Promise<Recommended> {
    return this.call<Recommended>(`/api/owner/recommend?${query}`);
  }

  voice(query: string): Promise<Voice> {
    return this.call<Voice>(`/api/owner/voice?${query}`);
  }

  search(words: string): Promise<SearchHits> {
    return this.call<SearchHits>(`/api/agent/search?q=${encodeURIComponent(words.slice(0, 200))}`);
  }

  canned(): Promise<CannedAnswerList> {
    return this.call<CannedAnswerList>("/api/agent/canned");
  }

  putCanned(answer: { id: string | null; site: string; title: string; text: string }): Promise<CannedAnswer> {
    return this.change<CannedAnswer>("PUT", "/api/agent/canned", answer);
  }

  promises(): Promise<PromiseList> {
    return this.call<PromiseList>("/api/agent/promises");
  }

  promise(conversation: string, what: string, due_at: string, source: "form" | "composer"): Promise<LedgerPromise> {
    const path = `/api/agent/conversations/${encodeURIComponent(conversation)}/promises`;
    return this.change<LedgerPromise>("POST", path, { what, due_at, source });
  }

  found(conversation: string, text: string): Promise<FoundPromises> {
    const path = `/api/agent/conversations/${encodeURIComponent(conversation)}/promises/found`;
    return this.change<FoundPromises>("POST", path, { text: [...text].slice(0, 4_000).join("") });
  }

  keep(promise: string): Promise<LedgerPromise> {
    return this.change<LedgerPromise>("POST", `/api/agent/promises/${encodeURIComponent(promise)}/keep`, {});
  }

  reAgree(promise: string, due_at: string): Promise<LedgerPromise> {
    return this.change<LedgerPromise>("POST", `/api/agent/promises/${encodeURIComponent(promise)}/date`, { due_at });
  }

  allowance(conversation: string): Promise<Allowance> {
    return this.call<Allowance>(`/api/agent/conversations/${encodeURIComponent(conversation)}/remedies`);
  }

  weigh(conversation: string, wanted: WantedRemedy): Promise<WeighedRemedy> {
    return this.change<WeighedRemedy>("POST", `/api/agent/conversations/${encodeURIComponent(conversation)}/remedies/weigh`, wanted);
  }

  giveRemedy(conversation: string, remedy: NewRemedy): Promise<MadeRight> {
    return this.change<MadeRight>("POST", `/api/agent/conversations/${encodeURIComponent(conversation)}/remedies`, remedy);
  }

  decideRemedy(remedy: string, approve: boolean, reason: string): Promise<MadeRight> {
    return this.change<MadeRight>("POST", `/api/agent/remedies/${encodeURIComponent(remedy)}/decide`, { approve, reason });
  }

  withdrawRemedy(remedy: string): Promise<MadeRight> {
    return this.change<MadeRight>("POST", `/api/agent/remedies/${encodeURIComponent(remedy)}/withdraw`, {});
  }

  labels(conversation: string): Promise<LabelList> {
    return this.call<LabelList>(`/api/agent/conversations/${encodeURIComponent(conversation)}/labels`);
  }

  knownTags(): Promise<TagList> {
    return this.call<TagList>("/api/agent/tags");
  }

  putTag(conversation: string, tag: string, on: boolean): Promise<LabelList> {
    return this.change<LabelList>("PUT", `/api/agent/conversations/${encodeURIComponent(conversation)}/tags`, { tag, on });
  }

  putMark(conversation: string, pos: number, label: PutMark["label"]): Promise<LabelList> {
    return this.change<LabelList>("PUT", `/api/agent/conversations/${encodeURIComponent(conversation)}/marks`, { pos, label });
  }

  remedyRules(): Promise<RemedyRulesList> {
    return this.call<RemedyRulesList>("/api/admin/remedies");
  }

  putRemedyRules(rules: RemedyRules): Promise<RemedyRules> {
    return this.change<RemedyRules>("PUT", "/api/admin/remedies", rules);
  }

  askedRemedies(): Promise<RemedyList> {
    return this.call<RemedyList>("/api/agent/remedies/asked");
  }

  alerts(): Promise<AlertOverview> {
    return this.call<AlertOverview>("/api/agent/alerts");
  }

  async putDevice(device: { endpoint: string; p256dh: string; auth: string; device: string }): Promise<void> {
    await this.change<null>("PUT", "/api/agent/alerts/device", device);
  }

  async removeDevice(endpoint: string): Promise<void> {
    await this.change<null>("POST", "/api/agent/alerts/device/remove", { endpoint });
  }

  alertSettings(): Promise<AlertSettingsList> {
    return this.call<AlertSettingsList>("/api/admin/alerts");
  }

  putAlertSettings(site: string, settings: PutAlertSettings): Promise<AlertSettings> {
    return this.change<AlertSettings>("PUT", `/api/admin/sites/${encodeURIComponent(site)}/alerts`, settings);
  }

  newWebhookKey(site: string): Promise<WebhookKey> {
    return this.change<WebhookKey>("POST", `/api/admin/sites/${encodeURIComponent(site)}/alerts/secret`, {});
  }

  tryWay(site: string, way: "webhook" | "slack" | "email"): Promise<AlertTries> {
    return this.change<AlertTries>("POST", `/api/admin/sites/${encodeURIComponent(site)}/alerts/test`, { way });
  }

  hours(): Promise<SiteHoursList> {
    return this.call<SiteHoursList>("/api/agent/hours");
  }

  putHours(site: string, hours: PutHours): Promise<SiteHours> {
    return this.change<SiteHours>("PUT", `/api/admin/sites/${encodeURIComponent(site)}/hours`, hours);
  }

  previewHours(asked: PreviewHours): Promise<HoursPreview> {
    return this.change<HoursPreview>("POST", "/api/agent/hours/preview", asked);
  }

  testAlerts(): Promise<AlertTries> {
    return this.change<AlertTries>("POST", "/api/agent/alerts/test", {});
  }

  private change<T>(method: "POST" | "PUT" | "DELETE", path: string, body: unknown): Promise<T> {
    const headers = { "Content-Type": "application/json", "X-Kickstand-CSRF": this.csrf };
    return this.call<T>(path, { method, headers, body: JSON.stringify(body) });
  }

  private async call<T>(path: string, init: RequestInit = {}): Promise<T> {
    let response: Response;
    try {
      response = await this.ask(path, { credentials: "same-origin", cache: "no-store", ...init });
    } catch {
      throw new ApiError(0, "unreachable", "The server is out of reach.");
    }
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return body as T;
    const problem = body as Partial<Problem> | null;
    throw new ApiError(response.status, problem?.code ?? "unknown", problem?.message ?? response.statusText);
  }
}
