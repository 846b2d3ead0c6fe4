import type { Shot } from "./shot.ts";

/** Why a file is no photo for us. */
export class PhotoFault extends Error {
  constructor(readonly kind: "kind" | "big") {
    super(kind);
  }
}

/** Pixels along the longer side: enough to read a label. */
const LONGEST = 2_048;
/** More than any phone takes; decoding it would take the tab's memory. */
const MOST_PIXELS = 64_000_000;
const MOST_BYTES = 60 * 1024 * 1024;
const QUALITY = 0.85;
const PAPER = "#ffffff";

/** How files begin: what a name or a type says is anybody's guess. */
const MAGIC: readonly (readonly [number, string])[] = [
  [0, "\u0089PNG\r\n\u001a\n"],
  [0, "\u00ff\u00d8\u00ff"],
  [0, "GIF87a"],
  [0, "GIF89a"],
  [8, "WEBP"],
];
/** HEIF of a phone, which some browsers open: `ftyp` and a brand of it. */
const HEIF = /^ftyp(heic|heix|mif1|msf1|avif)/;

/** The photo in a file, made small and drawn anew, so that nothing of the file goes out but what is seen. Rejects with `PhotoFault`. */
export async function prepare(file: Blob): Promise<Shot> {
  if (file.size > MOST_BYTES) throw new PhotoFault("big");
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (!MAGIC.some(([at, magic]) => head.startsWith(magic, at)) && !HEIF.test(head.slice(4))) throw new PhotoFault("kind");
  const picture = await open(file);
  try {
    const scale = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    const drawing = canvas.getContext("2d");
    if (drawing === null) throw new PhotoFault("big");
    drawing.fillStyle = PAPER;
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = canvas.toDataURL("image/jpeg", QUALITY);
    if (!small.startsWith("data:image/jpeg")) throw new PhotoFault("big");
    return { key: crypto.randomUUID(), picture: small, width: canvas.width, height: canvas.height, alt: "", id: null };
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

/** The picture, upright; its size is known before it is decoded. */
async function open(file: Blob): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  await new Promise<void>((done, fail) => {
    picture.onload = () => done();
    picture.onerror = () => fail(new PhotoFault("kind"));
  });
  if (picture.naturalWidth * picture.naturalHeight > MOST_PIXELS) throw new PhotoFault("big");
  await picture.decode().catch(() => {
    throw new PhotoFault("kind");
  });
  return picture;
}
