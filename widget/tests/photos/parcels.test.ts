import { beforeEach, describe, expect, test } from "vitest";
import { MemoryShelf } from "../../src/client/storage.ts";
import { Parcels } from "../../src/photos/parcels.ts";
import type { Parcel, Shot } from "../../src/photos/shot.ts";

/** An upload that waits to be told how it ends. */
interface Upload {
  shot: Shot;
  onShare: (share: number) => void;
  stop: AbortSignal;
  arrive: (id: string) => void;
  fail: (error: unknown) => void;
}

let shelf: MemoryShelf;
let uploads: Upload[];
let sent: [string, readonly string[]][];

beforeEach(() => {
  shelf = new MemoryShelf();
  uploads = [];
  sent = [];
});

const a_shot = (key: string): Shot => ({ key, picture: "data:image/jpeg;base64,AA==", width: 4, height: 3, alt: "", id: null });

function parcels(): Parcels {
  return new Parcels({
    shelf,
    prefix: "photos.",
    upload: (shot, onShare, stop) => new Promise((arrive, fail) => uploads.push({ shot, onShare, stop, arrive, fail })),
    send: (parcel, ids) => sent.push([parcel.text, ids]),
    onChange: () => undefined,
  });
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const only = (all: Parcels): Parcel => {
  const [parcel, another] = all.all;
  if (parcel === undefined || another !== undefined) throw new Error("one parcel is expected");
  return parcel;
};

async function upload(at: number): Promise<Upload> {
  await settled();
  const found = uploads[at];
  if (found === undefined) throw new Error(`there is no upload ${at}`);
  return found;
}

describe("a message with photos", () => {
  test("goes out once all photos are there, in their order", async () => {
    const all = parcels();
    all.add("soot all over", [a_shot("a"), a_shot("b")]);
    (await upload(0)).onShare(0.5);
    expect(only(all)).toMatchObject({ state: "going", share: 0.25 });
    uploads[0]?.arrive("id-a");
    expect((await upload(1)).shot.key).toBe("b");
    expect(sent).toEqual([]);
    uploads[1]?.arrive("id-b");
    await settled();
    expect(sent).toEqual([["soot all over", ["id-a", "id-b"]]]);
    expect(only(all).state).toBe("packed");
    all.drop(only(all).clientId);
    expect(shelf.keys("")).toEqual([]);
  });

  test("stops with the line and goes on with it, after a reload too, with the photo it was at", async () => {
    const before = parcels();
    before.add("", [a_shot("a"), a_shot("b")]);
    (await upload(0)).arrive("id-a");
    (await upload(1)).fail(new Error("the line broke"));
    await settled();
    expect(only(before)).toMatchObject({ state: "stopped", share: 0.5, problem: "" });

    const after = parcels();
    expect(only(after).state).toBe("stopped");
    after.resume();
    expect((await upload(2)).shot.key).toBe("b");
    uploads[2]?.arrive("id-b");
    await settled();
    expect(sent).toEqual([["", ["id-a", "id-b"]]]);
  });

  test("that was refused waits for its sender, not for the line", async () => {
    const all = parcels();
    all.add("", [a_shot("a")]);
    (await upload(0)).fail(Object.assign(new Error("off"), { code: "uploads_off" }));
    await settled();
    expect(only(all)).toMatchObject({ state: "stopped", problem: "uploads_off" });
    all.resume();
    await settled();
    expect(uploads).toHaveLength(1);
    all.resume(only(all).clientId);
    expect((await upload(1)).shot.key).toBe("a");
  });

  test("that is taken back stops at once and is kept nowhere", async () => {
    const all = parcels();
    all.add("words", [a_shot("a")]);
    const { stop, fail } = await upload(0);
    expect(all.drop(only(all).clientId)?.text).toBe("words");
    expect(stop.aborted).toBe(true);
    fail(new Error("aborted"));
    await settled();
    expect([all.all, shelf.keys(""), sent]).toEqual([[], [], []]);
  });

  test("whose photos the server has no more sends them again", async () => {
    const all = parcels();
    all.add("", [a_shot("a")]);
    (await upload(0)).arrive("old");
    await settled();
    all.unpack(only(all).clientId);
    (await upload(1)).arrive("new");
    await settled();
    expect(sent).toEqual([
      ["", ["old"]],
      ["", ["new"]],
    ]);
  });

  test("is forgotten when what was kept is damaged", () => {
    shelf.set("photos.x", "{");
    shelf.set("photos.y", JSON.stringify({ clientId: "z", shots: [] }));
    expect(parcels().all).toEqual([]);
    expect(shelf.keys("")).toEqual([]);
  });
});
