import type { Shelf } from "../client/storage.ts";

/** A photo that is ready to go: small, upright, without what the camera noted about it. */
export interface Shot {
  key: string;
  /** A `data:` URL. */
  picture: string;
  width: number;
  height: number;
  /** What it shows, in the visitor's words; "" for none. */
  alt: string;
  /** The server's id of it, once it is there. */
  id: string | null;
}

/** A message with photos on its way. `stopped` waits for the link or for *Send again*. */
export interface Parcel {
  readonly clientId: string;
  readonly text: string;
  readonly at: number;
  readonly shots: readonly Shot[];
  /** `packed`: everything is uploaded, and the message itself is the outbox's business. */
  readonly state: "going" | "stopped" | "packed";
  /** How much of the upload is done, 0 to 1. */
  readonly share: number;
  /** Why it stopped, as the server's code; "" for the line. */
  readonly problem: string;
}

/** The parcels that were kept, oldest first. */
export function kept(shelf: Shelf, prefix: string): Parcel[] {
  const parcels: Parcel[] = [];
  for (const key of shelf.keys(prefix)) {
    try {
      const parcel = JSON.parse(shelf.get(key) ?? "") as Parcel;
      if (prefix + parcel.clientId !== key || !Array.isArray(parcel.shots)) throw new Error("another thing");
      parcels.push(parcel.state === "packed" ? parcel : { ...parcel, state: "stopped", problem: "" });
    } catch {
      shelf.remove(key);
    }
  }
  return parcels.sort((a, b) => a.at - b.at);
}
