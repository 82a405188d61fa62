import { defineConfig } from "vitest/config";

export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2021",
    // One script and one style sheet: fewer round trips than splitting 100 KB would save.
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  server: {
    proxy: Object.fromEntries(["/invoices", "/reports", "/dead-letters", "/events", "/readyz", "/metrics", "/openapi.yaml"].map(
      (path) => [path, process.env.SERVICE ?? "http://127.0.0.1:3000"])),
  },
  test: { include: ["test/**/*.test.ts"] },
});
