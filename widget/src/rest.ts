import type { HistoryPage, Problem, SiteInfo, VisitorSession } from "./client/protocol.gen.ts";
import type { Proof } from "./proof.ts";
import { toldLocale } from "./i18n.ts";

/** Milliseconds. */
const PATIENCE = 10_000;

/** The server answered with a problem. `retryable`: the same request may succeed later. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
  }
}

/** What the widget asks over HTTP. Every call rejects with `Refused` or with the browser's network error. */
export interface Rest {
  site(key: string): Promise<SiteInfo>;
  /** A token for a new visitor, who agreed to the site's notice or was not asked; with `token` one that goes on. */
  session(site: string, token: string | null, consent: boolean): Promise<VisitorSession>;
  /** A token for the conversation that a link in a mail leads to. */
  goOn(link: string): Promise<VisitorSession>;
  /** A token for the person whom the shop's signed word names. */
  identify(token: string, proof: Proof): Promise<VisitorSession>;
  /** Messages older than `before`, oldest first. */
  history(token: string, before: number): Promise<HistoryPage>;
  /** Anything else that a visitor may ask for or say: under `/api/visitor/`. */
  own(token: string, method: Method, path: string, body?: object): Promise<Response>;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The server that this frame came from. */
export const rest: Rest = {
  site: (key) => ask<SiteInfo>(`/api/site/${encodeURIComponent(key)}`, {}),
  session: (site, token, consent) =>
    ask<VisitorSession>("/api/visitor/session", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...bearer(token) },
      body: JSON.stringify({ site, consent, locale: toldLocale() }),
    }),
  goOn: (link) =>
    ask<VisitorSession>("/api/visitor/continue", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: link }),
    }),
  identify: (token, proof) =>
    ask<VisitorSession>("/api/visitor/identify", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...bearer(token) },
      body: JSON.stringify(proof),
    }),
  history: (token, before) =>
    ask<HistoryPage>(`/api/visitor/messages?before=${before}`, { headers: bearer(token) }),
  own: (token, method, path, body) =>
    answered(`/api/visitor${path}`, {
      method,
      headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...bearer(token) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
};

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  return (await (await answered(path, init)).json()) as T;
}

async function answered(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, {
    ...init,
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  throw new Refused(
    answer.status,
    problem?.code ?? "unreadable",
    problem?.message ?? `The server answered ${answer.status}; try again in a moment.`,
    problem?.retryable ?? answer.status >= 500,
  );
}
