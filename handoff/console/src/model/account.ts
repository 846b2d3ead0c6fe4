import { signal } from "@preact/signals";
import type { AgentSession, Guest } from "@client/protocol.gen";
import { ApiError, type Api } from "../api";
import { t } from "../i18n";

/** `enrol`: signed in, and a second step has to be set up before anything else. */
export type Signed =
  | { kind: "looking" }
  | { kind: "out" }
  | { kind: "enrol"; session: AgentSession }
  | { kind: "in"; session: AgentSession };

/** Who is signed in, and the way in and out. */
export class Account {
  readonly signed = signal<Signed>({ kind: "looking" });
  readonly busy = signal(false);
  readonly problem = signal<string | null>(null);
  /** Good news about something asked for here. */
  readonly told = signal<string | null>(null);
  /** The password was right, and the code of the second step is wanted. */
  readonly wantsCode = signal(false);
  /** The token of a one-time link that was followed. */
  readonly link = signal<string | null>(null);
  /** Whose link it is; null while that is asked, "ended" when it opens nothing any more. */
  readonly guest = signal<Guest | "ended" | null>(null);
  private changing: Promise<unknown> = Promise.resolve();

  constructor(readonly api: Api) {}

  /** Is there a session from before? */
  async look(): Promise<void> {
    try {
      this.renewed(await this.api.session());
    } catch (error) {
      this.signed.value = { kind: "out" };
      if (!(error instanceof ApiError) || error.status !== 401) this.problem.value = wording(error);
    }
  }

  async signIn(email: string, password: string, code: string | null = null): Promise<void> {
    if (this.busy.value) return;
    if (email.trim() === "" || password === "") {
      this.problem.value = t.signIn.missing;
      return;
    }
    this.busy.value = true;
    this.problem.value = null;
    try {
      this.renewed(await this.api.signIn(email.trim(), password, code));
      this.wantsCode.value = false;
    } catch (error) {
      const asks = error instanceof ApiError && error.code === "code_needed";
      this.wantsCode.value ||= asks;
      this.problem.value = asks ? null : wording(error);
    } finally {
      this.busy.value = false;
    }
  }

  /** Has a link sent to an e-mail, for who forgot the password. */
  async askForLink(email: string): Promise<void> {
    if (this.busy.value) return;
    this.told.value = null;
    this.problem.value = email.trim() === "" ? t.people.comeIn.sayEmail : null;
    if (this.problem.value !== null) return;
    this.busy.value = true;
    try {
      await this.api.askForLink(email.trim());
      this.told.value = t.people.comeIn.onItsWay;
    } catch (error) {
      this.problem.value = error instanceof ApiError && error.code === "mail_off" ? error.message : wording(error);
    } finally {
      this.busy.value = false;
    }
  }

  /** Somebody came by a one-time link. */
  async follow(token: string): Promise<void> {
    this.link.value = token;
    this.guest.value = null;
    this.problem.value = null;
    try {
      this.guest.value = await this.api.guest(token);
    } catch (error) {
      if (error instanceof ApiError && error.code === "way_in_ended") this.guest.value = "ended";
      else this.problem.value = wording(error);
    }
  }

  /** Sets name and password by the link, and signs in with them. */
  async comeIn(name: string, password: string): Promise<void> {
    const token = this.link.peek();
    if (this.busy.value || token === null) return;
    this.busy.value = true;
    this.problem.value = null;
    try {
      const { email } = await this.api.comeIn(token, name, password);
      this.leaveLink();
      this.signed.value = { kind: "out" };
      this.busy.value = false;
      await this.signIn(email, password);
    } catch (error) {
      if (error instanceof ApiError && error.code === "way_in_ended") this.guest.value = "ended";
      else this.problem.value = wording(error);
    } finally {
      this.busy.value = false;
    }
  }

  leaveLink(): void {
    this.link.value = null;
    this.guest.value = null;
    this.problem.value = null;
  }

  async signOut(): Promise<void> {
    if (this.signed.value.kind !== "in" && this.signed.value.kind !== "enrol") return;
    const { csrf } = this.signed.value.session;
    this.signed.value = { kind: "out" };
    this.problem.value = null;
    await this.api.signOut(csrf).catch((error: unknown) => {
      this.problem.value = wording(error);
    });
  }

  /** What is signed in now. */
  renewed(session: AgentSession): void {
    this.api.csrf = session.csrf;
    this.signed.value = session.enrol_first ? { kind: "enrol", session } : { kind: "in", session };
  }

  /** The outcome of something that changes the session; until then its end is no sign-out. */
  async during<T>(change: Promise<T>): Promise<T> {
    this.changing = change.catch(() => undefined);
    return change;
  }

  /** The server hung up on this session: whether another one of the same browser goes on, else why it ended. */
  async ended(): Promise<boolean> {
    await this.changing;
    try {
      const session = await this.api.session();
      this.renewed(session);
      return !session.enrol_first;
    } catch (error) {
      this.signed.value = { kind: "out" };
      this.problem.value = error instanceof ApiError && error.status === 401 ? error.message : t.signIn.ended;
      return false;
    }
  }

  /** A fresh token for the socket; throws when the server is out of reach, signs out when the session is over. */
  async refresh(): Promise<string> {
    try {
      const session = await this.api.session();
      if (this.signed.peek().kind === "in") this.renewed(session);
      return session.socket_token;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) void this.ended();
      throw error;
    }
  }
}

function wording(error: unknown): string {
  if (!(error instanceof ApiError)) return t.signIn.offline;
  if (error.code === "wrong_code") return error.message;
  if (error.status === 401 || error.status === 403) return t.signIn.wrong;
  if (error.status === 429) return t.signIn.tooMany;
  return error.status === 0 ? t.signIn.offline : error.message;
}
