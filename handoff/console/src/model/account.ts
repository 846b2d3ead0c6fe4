import { signal } from "@preact/signals";
import type { AgentSession } from "@client/protocol.gen";
import { ApiError, type Api } from "../api";
import { t } from "../i18n";

export type Signed = { kind: "looking" } | { kind: "out" } | { kind: "in"; session: AgentSession };

/** Who is signed in, and the way in and out. */
export class Account {
  readonly signed = signal<Signed>({ kind: "looking" });
  readonly busy = signal(false);
  readonly problem = signal<string | null>(null);

  constructor(private readonly api: Api) {}

  /** Is there a session from before? */
  async look(): Promise<void> {
    try {
      this.signed.value = { kind: "in", session: await this.api.session() };
    } catch (error) {
      this.signed.value = { kind: "out" };
      if (!(error instanceof ApiError) || error.status !== 401) this.problem.value = wording(error);
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    if (this.busy.value) return;
    if (email.trim() === "" || password === "") {
      this.problem.value = t.signIn.missing;
      return;
    }
    this.busy.value = true;
    this.problem.value = null;
    try {
      this.signed.value = { kind: "in", session: await this.api.signIn(email.trim(), password) };
    } catch (error) {
      this.problem.value = wording(error);
    } finally {
      this.busy.value = false;
    }
  }

  async signOut(): Promise<void> {
    if (this.signed.value.kind !== "in") return;
    const { csrf } = this.signed.value.session;
    this.signed.value = { kind: "out" };
    this.problem.value = null;
    await this.api.signOut(csrf).catch((error: unknown) => {
      this.problem.value = wording(error);
    });
  }

  /** The server no longer takes this session. */
  ended(): void {
    this.signed.value = { kind: "out" };
    this.problem.value = t.signIn.ended;
  }

  /** A fresh token for the socket; throws when the server is out of reach, signs out when the session is over. */
  async refresh(): Promise<string> {
    try {
      const session = await this.api.session();
      if (this.signed.peek().kind === "in") this.signed.value = { kind: "in", session };
      return session.socket_token;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.ended();
      throw error;
    }
  }
}

function wording(error: unknown): string {
  if (!(error instanceof ApiError)) return t.signIn.offline;
  if (error.status === 401 || error.status === 403) return t.signIn.wrong;
  if (error.status === 429) return t.signIn.tooMany;
  return error.status === 0 ? t.signIn.offline : error.message;
}
