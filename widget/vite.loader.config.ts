import { defineConfig } from "vite";

// One classic script without imports, so that it runs from a plain `<script async>` under any content policy.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../app/static",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "src/loader.ts", formats: ["iife"], name: "KickstandLoader", fileName: () => "widget.js" },
  },
});
