// Fails when a page pays more for the chat than we promise: the loader on every page, the frame on the first opening.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const STATIC = new URL("../../app/static/", import.meta.url).pathname;
const KIB = 1024;

const zipped = (path) => gzipSync(readFileSync(join(STATIC, path)), { level: 9 }).length;
const sum = (names) => names.map((name) => zipped(join("widget", name))).reduce((all, bytes) => all + bytes, 0);

/** What the frame's page asks for by itself: its scripts and styles, and whatever those scripts import at once. */
const first = new Set();
const follow = (name) => {
  if (first.has(name)) return;
  first.add(name);
  if (!name.endsWith(".js")) return;
  const script = readFileSync(join(STATIC, "widget", name), "utf8");
  for (const [, imported] of script.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+)"/g)) follow(join("assets", imported));
};
for (const [, name] of readFileSync(join(STATIC, "widget", "index.html"), "utf8").matchAll(/"\/widget\/(assets\/[\w.-]+)"/g)) {
  follow(name);
}
if (first.size < 2) throw new Error("The frame's page names no script and no style: has its form changed?");

const assets = readdirSync(join(STATIC, "widget", "assets")).filter((name) => /\.(js|css)$/.test(name));
const later = assets.map((name) => join("assets", name)).filter((name) => !first.has(name));
const budgets = [
  { what: "loader", bytes: zipped("widget.js"), most: 5 * KIB },
  { what: "frame on first open", bytes: sum(["index.html", "page.js", ...first]), most: 60 * KIB },
];

for (const { what, bytes, most } of budgets) {
  const verdict = bytes > most ? "OVER" : "ok";
  console.log(`${verdict.padEnd(4)} ${what}: ${(bytes / KIB).toFixed(2)} KiB gzipped of ${most / KIB}`);
}
console.log(`     later, when needed: ${(sum(later) / KIB).toFixed(2)} KiB in ${later.length} files`);
process.exitCode = budgets.some(({ bytes, most }) => bytes > most) ? 1 : 0;
