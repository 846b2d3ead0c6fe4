// Fails when a page pays more for the chat than we promise: the loader on every page, the frame on the first opening.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const STATIC = new URL("../../app/static/", import.meta.url).pathname;
const KIB = 1024;

const zipped = (path) => gzipSync(readFileSync(join(STATIC, path)), { level: 9 }).length;
const assets = readdirSync(join(STATIC, "widget", "assets")).filter((name) => /\.(js|css)$/.test(name));

const budgets = [
  { what: "loader", bytes: zipped("widget.js"), most: 5 * KIB },
  {
    what: "frame on first open",
    bytes: ["index.html", "page.js", ...assets.map((name) => join("assets", name))]
      .map((name) => zipped(join("widget", name)))
      .reduce((sum, bytes) => sum + bytes, 0),
    most: 60 * KIB,
  },
];

for (const { what, bytes, most } of budgets) {
  const verdict = bytes > most ? "OVER" : "ok";
  console.log(`${verdict.padEnd(4)} ${what}: ${(bytes / KIB).toFixed(2)} KiB gzipped of ${most / KIB}`);
}
process.exitCode = budgets.some(({ bytes, most }) => bytes > most) ? 1 : 0;
