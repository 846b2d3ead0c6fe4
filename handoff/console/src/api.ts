import type { AgentSession, ConversationList, Problem, VisitorCard } from "@client/protocol.gen";

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
  constructor(private readonly ask: typeof fetch = (...call) => fetch(...call)) {}

  session(): Promise<AgentSession> {
    return this.call<AgentSession>("/api/agent/session");
  }

  signIn(email: string, password: string): Promise<AgentSession> {
    return this.call<AgentSession>("/api/agent/sign-in", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
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
