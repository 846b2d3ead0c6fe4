// Prints one script: an app with the React snippet of docs/widget.md in its root. `show(settings)` renders that app anew,
// as a change of its state would; `show(null)` takes it out of the page. In strict mode, as new React projects are: what
// is mounted is mounted twice.
import { readFile } from "node:fs/promises";
import { build } from "vite";

const text = await readFile(new URL("../../docs/widget.md", import.meta.url), "utf8");
const [, snippet] = /```tsx\n(.*?)```/s.exec(text) ?? [];
if (snippet === undefined) throw new Error("docs/widget.md has no snippet for React.");

const here = (name) => new URL(name, import.meta.url).pathname;
const files = {
  [here("chat-of-the-guide.tsx")]: snippet,
  [here("app-of-the-guide.js")]: `
    import { createElement, StrictMode } from "react";
    import { createRoot } from "react-dom/client";
    import { Chat } from "./chat-of-the-guide.tsx";
    const root = createRoot(document.body.appendChild(document.createElement("div")));
    window.show = (settings) => root.render(settings && createElement(StrictMode, null, createElement(Chat, settings)));
  `,
};
const guide = {
  name: "guide",
  resolveId: (id) => Object.keys(files).find((path) => id === path || path.endsWith(id.replace("./", "/"))),
  load: (id) => files[id],
};
const built = await build({
  configFile: false,
  root: here(".."),
  logLevel: "error",
  mode: "development",
  oxc: { jsx: { runtime: "automatic", importSource: "react" } },
  plugins: [guide],
  build: { write: false, minify: false, rolldownOptions: { input: here("app-of-the-guide.js") } },
});
process.stdout.write(built.output[0].code);
