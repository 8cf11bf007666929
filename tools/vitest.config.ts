import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

/**
 * The configuration of every package's tests. `@nn/*` resolves to sources through the
 * `@nn/source` condition, so tests need no build.
 */
export default defineConfig({
  resolve: { conditions: ["@nn/source", ...defaultClientConditions] },
  ssr: { resolve: { conditions: ["@nn/source", ...defaultServerConditions] } },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    testTimeout: 30_000,
  },
});
