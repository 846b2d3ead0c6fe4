/** How the shop's server vouches for who the visitor is: a JWT, or an id with an HMAC (docs/identity.md). */
export type Proof = { token: string } | { user_id: string; exp: number; hash: string };

/** Characters: what the server takes. */
const LONGEST_TOKEN = 4_000;
const LONGEST_ID = 254;

/** The proof in whatever the page's code passed, without anything else that is in it; null when there is none. */
export function proofIn(value: unknown): Proof | null {
  if (typeof value === "string") return proofIn({ token: value });
  const { token, user_id, exp, hash } = (value ?? {}) as Record<string, unknown>;
  if (typeof token === "string" && token !== "" && token.length <= LONGEST_TOKEN) return { token };
  const id = typeof user_id === "number" ? `${user_id}` : user_id;
  if (typeof id !== "string" || id === "" || id.length > LONGEST_ID) return null;
  if (!Number.isInteger(exp) || typeof hash !== "string" || !/^[0-9a-f]{64}$/i.test(hash)) return null;
  return { user_id: id, exp: exp as number, hash };
}

/** What a proof says but for its times and its number: the same for every proof of one person. Not verified here. */
export function claimsOf(proof: Proof): string | null {
  if ("user_id" in proof) return JSON.stringify({ user_id: proof.user_id });
  try {
    const payload = atob((proof.token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"));
    const { iat: _iat, exp: _exp, nbf: _nbf, jti: _jti, ...claims } = JSON.parse(payload) as Record<string, unknown>;
    return JSON.stringify(claims);
  } catch {
    return null;
  }
}
