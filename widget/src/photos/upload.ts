import type { Photo, Problem } from "../client/protocol.gen.ts";
import { Refused } from "../rest.ts";
import type { Shot } from "./shot.ts";

/** Milliseconds without a byte after which a photo counts as stopped. */
const SILENCE = 30_000;

/** Sends a photo; what `fetch` cannot tell is how far it is. Rejects with `Refused`, or with another error when the line broke. */
export function upload(token: string, shot: Shot, onShare: (share: number) => void, stop: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let silence: ReturnType<typeof setTimeout>;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
    };
    request.open("POST", `/api/visitor/photos?alt=${encodeURIComponent(shot.alt)}`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (progress) => {
      heard();
      if (progress.lengthComputable) onShare(progress.loaded / progress.total);
    };
    request.onload = () => {
      if (request.status === 200) return resolve((request.response as Photo).id);
      const problem = (request.response ?? {}) as Partial<Problem>;
      const isRetryable = problem.retryable ?? request.status >= 500;
      reject(new Refused(request.status, isRetryable ? "" : (problem.code ?? "unreadable"), problem.message ?? "", isRetryable));
    };
    request.onerror = request.onabort = () => reject(new Error("the line broke"));
    request.onloadend = () => clearTimeout(silence);
    stop.addEventListener("abort", () => request.abort());
    heard();
    request.send(bytes(shot.picture));
  });
}

/** What a `data:` URL holds. `fetch` would do, but for content policies. */
function bytes(url: string): Blob {
  const [head = "", data = ""] = url.split(",");
  return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: head.slice(5).split(";")[0] ?? "" });
}
