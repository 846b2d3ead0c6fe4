import { computed, signal } from "@preact/signals";
import type { AuditLine, Invite, OneTimeLink, PersonList, PutTeam, SessionLine, TeamLine } from "@client/protocol.gen";
import type { Api } from "../api";
import { Act } from "./act";
import type { RoleName } from "./roles";

/** The people of the installation, as an administrator looks after them. */
export class Team {
  readonly list = signal<PersonList | null>(null);
  readonly teams = signal<readonly TeamLine[] | null>(null);
  readonly failed = signal(false);
  /** The link that was made last, and for whom. */
  readonly link = signal<{ link: OneTimeLink; email: string } | null>(null);
  readonly act = new Act();
  readonly here = computed(() => this.list.value?.people.filter((person) => person.here).length ?? 0);

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    try {
      const [list, teams] = await Promise.all([this.api.people(), this.api.teams()]);
      this.list.value = list;
      this.teams.value = teams.teams;
      this.failed.value = false;
    } catch {
      this.failed.value = this.list.peek() === null;
    }
  }

  async invite(person: Invite): Promise<boolean> {
    const link = await this.act.run(() => this.api.invite(person));
    if (link !== null) this.link.value = { link, email: person.email };
    return this.afterwards(link !== null);
  }

  async linkAnew(id: string, email: string): Promise<void> {
    const link = await this.act.run(() => this.api.linkAnew(id));
    if (link !== null) this.link.value = { link, email };
  }

  change(id: string, change: { role?: RoleName; sites?: string[]; capacity?: number; disabled?: boolean }): Promise<boolean> {
    return this.done(() => this.api.changePerson(id, change));
  }

  forgetSecondStep(id: string): Promise<boolean> {
    return this.done(() => this.api.forgetSecondStep(id));
  }

  async sessionsOf(id: string): Promise<readonly SessionLine[]> {
    const found = await this.api.sessionsOf(id).catch(() => null);
    return found?.sessions ?? [];
  }

  endSession(id: string, session: string | null): Promise<boolean> {
    return this.done(() => this.api.endSession(id, session));
  }

  /** Whether `role` has to sign in with a second step. */
  require(role: RoleName, on: boolean): Promise<boolean> {
    const roles = new Set(this.list.peek()?.second_step ?? []);
    if (on) roles.add(role);
    else roles.delete(role);
    return this.done(() => this.api.requireSecondStep([...roles]));
  }

  putTeam(team: PutTeam): Promise<boolean> {
    return this.done(() => this.api.putTeam(team));
  }

  removeTeam(site: string, name: string): Promise<boolean> {
    return this.done(() => this.api.removeTeam(site, name));
  }

  private async done(work: () => Promise<void>): Promise<boolean> {
    const good = await this.act.run(async () => {
      await work();
      return true;
    });
    return this.afterwards(good === true);
  }

  private async afterwards(good: boolean): Promise<boolean> {
    if (good) await this.load();
    return good;
  }
}

/** The audit log, page by page. */
export class Audit {
  readonly lines = signal<readonly AuditLine[]>([]);
  readonly more = signal(false);
  readonly act = new Act();

  constructor(private readonly api: Api) {}

  /** The newest page; with `older`, the one after what is shown. */
  async load(older = false): Promise<void> {
    const before = older ? (this.lines.peek().at(-1)?.at ?? null) : null;
    const page = await this.act.run(() => this.api.audit(before));
    if (page === null) return;
    this.lines.value = older ? [...this.lines.peek(), ...page.lines] : page.lines;
    this.more.value = page.more;
  }
}
