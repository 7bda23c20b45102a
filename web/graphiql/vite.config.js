import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { licenses } from "./licenses.js";

const served = fileURLToPath(new URL("../../routes/static/graphiql", import.meta.url));
const { page, workers } = licenses("LICENSES.txt");
// The folder also holds examples.json, which is written by hand: only `assets/` is emptied.
const emptyAssets = {
  name: "empty-assets",
  buildStart: () => rm(`${served}/assets`, { recursive: true, force: true }),
};

export default defineConfig({
  base: "/static/graphiql/",
  plugins: [emptyAssets, ...page],
  worker: { plugins: workers },
  build: {
    outDir: served,
    emptyOutDir: false,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      output: {
        // The labels of GraphiQL's icons are made of the names of their functions.
        keepNames: true,
        codeSplitting: {
          groups: [
            { name: "prettier", test: /node_modules\/prettier\// },
            { name: "monaco", test: /node_modules\/monaco-/ },
          ],
        },
      },
      // React's "use client" means nothing to a page that has no server part.
      onLog: (level, log, report) => log.code === "MODULE_LEVEL_DIRECTIVE" || report(level, log),
    },
  },
});
