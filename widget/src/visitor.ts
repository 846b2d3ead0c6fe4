import type { SiteInfo } from "./client/protocol.gen.ts";
import type { Shelf } from "./client/storage.ts";
import type { Rest } from "./rest.ts";

/** Who this browser is to one site: a token, and all else that is kept here under the site's prefix. */
export class Visitor {
  readonly #prefix: string;
  #asking: Promise<string> | null = null;
  #identifying: Promise<boolean> | null = null;
  #consents = false;

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
      await this.rest.own(this.token, "POST", "/consent");
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
  identify(jwt: string): Promise<boolean> {
    this.#identifying = this.#identify(jwt);
    return this.#identifying;
  }

  async #identify(jwt: string): Promise<boolean> {
    const claims = claimsOf(jwt);
    if (claims !== null && claims === this.kept("identity")) return false;
    const session = await this.rest.identify(await this.ensureToken(), jwt);
    const isOther = session.token !== this.token;
    this.keep("token", session.token);
    this.keep("identity", claims);
    this.onSite(session.site);
    return isOther;
  }

  /** Leaves nothing of this visitor in the browser. */
  forget(): void {
    for (const key of this.shelf.keys(this.#prefix)) this.shelf.remove(key);
  }

  async #ask(): Promise<string> {
    const session = await this.rest.session(this.site, this.token, this.#consents);
    this.keep("token", session.token);
    this.onSite(session.site);
    return session.token;
  }
}

/** What a JWT says, but for its times and its number: the same for every token of one person. Not verified here. */
function claimsOf(jwt: string): string | null {
  try {
    const payload = atob((jwt.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const { iat: _iat, exp: _exp, nbf: _nbf, jti: _jti, ...claims } = JSON.parse(payload) as Record<string, unknown>;
    return JSON.stringify(claims);
  } catch {
    return null;
  }
}
