import type { HistoryPage, Problem, SiteInfo, VisitorSession } from "./client/protocol.gen.ts";

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
  /** A token for a new visitor; with `token` one that goes on for the same visitor. */
  session(site: string, token: string | null): Promise<VisitorSession>;
  /** A token for the person whom the shop's signed word names. */
  identify(token: string, jwt: string): Promise<VisitorSession>;
  /** Messages older than `before`, oldest first. */
  history(token: string, before: number): Promise<HistoryPage>;
}

/** The server that this frame came from. */
export const rest: Rest = {
  site: (key) => ask<SiteInfo>(`/api/site/${encodeURIComponent(key)}`, {}),
  session: (site, token) =>
    ask<VisitorSession>("/api/visitor/session", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...bearer(token) },
      body: JSON.stringify({ site }),
    }),
  identify: (token, jwt) =>
    ask<VisitorSession>("/api/visitor/identify", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...bearer(token) },
      body: JSON.stringify({ token: jwt }),
    }),
  history: (token, before) =>
    ask<HistoryPage>(`/api/visitor/messages?before=${before}`, { headers: bearer(token) }),
};

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(path, {
    ...init,
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  throw new Refused(
    answer.status,
    problem?.code ?? "unreadable",
    problem?.message ?? `The server answered ${answer.status}; try again in a moment.`,
    problem?.retryable ?? answer.status >= 500,
  );
}
