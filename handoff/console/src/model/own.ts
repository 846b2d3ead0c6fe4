import { signal } from "@preact/signals";
import type { AgentSession, Enrolment, OwnAccount } from "@client/protocol.gen";
import type { Api } from "../api";
import { Act } from "./act";

/** One's own account as the settings show it. */
export class Own {
  readonly account = signal<OwnAccount | null>(null);
  readonly failed = signal(false);
  readonly password = new Act();
  readonly step = new Act();

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    try {
      this.account.value = await this.api.ownAccount();
      this.failed.value = false;
    } catch {
      this.failed.value = this.account.peek() === null;
    }
  }

  changePassword(current: string, fresh: string): Promise<AgentSession | null> {
    return this.password.run(() => this.api.changePassword(current, fresh));
  }

  begin(password: string): Promise<Enrolment | null> {
    return this.step.run(() => this.api.beginSecondStep(password));
  }

  /** The recovery codes, once the authenticator has proved that it works. */
  confirm(ticket: string, code: string): Promise<readonly string[] | null> {
    return this.step.run(async () => (await this.api.confirmSecondStep(ticket, code)).codes);
  }

  async drop(password: string): Promise<boolean> {
    const dropped = await this.step.run(async () => {
      await this.api.dropSecondStep(password);
      return true;
    });
    if (dropped === true) await this.load();
    return dropped === true;
  }

  /** Ends one session, or all but this one. */
  async end(session: string | null): Promise<void> {
    await this.step.run(() => this.api.endOwnSession(session));
    await this.load();
  }
}
