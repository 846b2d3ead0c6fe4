import type { SiteInfo } from "./client/protocol.gen.ts";
import type { Shelf } from "./client/storage.ts";
import { claimsOf, type Proof } from "./proof.ts";
import type { Rest } from "./rest.ts";
import { toldLocale } from "./i18n.ts";

/** Who this browser is to one site: a token, and all else that is kept here under the site's prefix. */
export class Visitor {
  readonly #prefix: string;
  #asking: Promise<string> | null = null;
  #identifying: Promise<boolean> | null = null;
  #consents = false;
  /** What the page said last of who this is, while the server agrees. */
  #proof: Proof | null = null;

  constructor(
    readonly site: string,
    readonly shelf: Shelf,
    private readonly rest: Rest,
    private readonly onSite: (site: SiteInfo) => void,
  ) {
    this.#prefix = `kickstand.${site}.`;
  }

  /** The key under which something of this site is kept. */
  key(name: string): string {
    return this.#prefix + name;
  }

  /** Something small that outlives a reload, null when there is none. */
  kept(name: string): string | null {
    return this.shelf.get(this.key(name));
  }

  /** Keeps it; "" and null remove it. */
  keep(name: string, text: string | null): void {
    if (text === null || text === "") this.shelf.remove(this.key(name));
    else this.shelf.set(this.key(name), text);
  }

  /** The token that is held, null before the first. */
  get token(): string | null {
    return this.kept("token");
  }

  /** The token that is held, or a new one. Rejects as `Rest` does. */
  async ensureToken(): Promise<string> {
    return this.token ?? (await this.renew());
  }

  /** A fresh token for the same visitor (a new one when none is held). Calls at the same time share one request. */
  renew(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Goes on where a link in a mail leads, as whoever it was sent to. Rejects as `Rest` does. */
  async goOn(link: string): Promise<void> {
    const session = await this.rest.goOn(link);
    for (const name of ["identity", "draft", "seen"]) this.keep(name, null);
    this.keep("token", session.token);
    this.onSite(session.site);
  }

  /** Agrees to the site's notice; who was here before it was asked is put on record as well. Rejects as `Rest` does. */
  async consent(): Promise<void> {
    if (this.token === null) {
      this.#consents = true;
      await this.renew();
    } else {
      await this.rest.own(this.token, "POST", "/consent", { locale: toldLocale() });
    }
  }

  /** Drops a token that the server does not know; another tab may have a newer one already, which stays. */
  drop(token: string | null): void {
    if (this.token === token) this.keep("token", null);
  }

  /** The token to go on with once the server calls `used` too old: the one that has come since, or a fresh one. */
  async refresh(used: string | null): Promise<void> {
    // Identifying ends the token before it; a fresh one now would be a stranger's.
    await this.#identifying?.catch(() => false);
    if (this.token === used) await this.renew();
  }

  /** Takes on the identity that the shop signed. False: this visitor has it already. Rejects as `Rest` does. */
  identify(proof: Proof): Promise<boolean> {
    this.#identifying = this.#identify(proof);
    return this.#identifying;
  }

  async #identify(proof: Proof): Promise<boolean> {
    this.#proof = null;
    const claims = claimsOf(proof);
    const isKnown = claims !== null && claims === this.kept("identity");
    const before = this.token;
    if (!isKnown) await this.#prove(await this.ensureToken(), proof);
    this.#proof = proof;
    return this.token !== before;
  }

  async #prove(token: string, proof: Proof): Promise<void> {
    const session = await this.rest.identify(token, proof);
    this.keep("token", session.token);
    this.keep("identity", claimsOf(proof));
    this.onSite(session.site);
  }

  /** Leaves nothing of this visitor in the browser. */
  forget(): void {
    for (const key of this.shelf.keys(this.#prefix)) this.shelf.remove(key);
  }

  /** A new token is nobody's: who it is has to be shown anew, and is at once while the page's word for it holds. */
  async #ask(): Promise<string> {
    const session = await this.rest.session(this.site, this.token, this.#consents);
    this.keep("token", session.token);
    this.keep("identity", null);
    this.onSite(session.site);
    if (this.#proof !== null) await this.#prove(session.token, this.#proof).catch(() => (this.#proof = null));
    return this.token ?? session.token;
  }
}
