import { defineConfig } from "vitest/config";

// The frame: everything inside the iframe. The loader has a config of its own, because it is one classic script.
export default defineConfig({
  base: "/widget/",
  build: {
    outDir: "../app/static/widget",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
