import { defineConfig } from "vite";

// What the loader imports when the chat is wanted: one module with a name that stays, because the loader knows it.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "../app/static/widget",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "src/page.ts", formats: ["es"], fileName: () => "page.js" },
  },
});
