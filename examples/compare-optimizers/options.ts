import { parseArgs } from "node:util";

import { wasm } from "@nn/backend-wasm";
import type { Backend } from "@nn/core";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "9" },
    backend: { type: "string", default: "wasm" },
  },
});

/** How many runs a line is made of. */
export const seeds = Number(values.seeds);
if (!(Number.isInteger(seeds) && seeds > 0))
  throw new Error(`--seeds must be a whole number from 1, got ${values.seeds}`);

/** Where everything is computed. */
export const backend = await openBackend(values.backend);

async function openBackend(name: string): Promise<Backend> {
  if (name === "wasm") return wasm();
  if (name !== "webgpu") throw new Error(`--backend must be wasm or webgpu, got ${name}`);
  const { webgpu } = await import("@nn/backend-webgpu");
  return webgpu();
}
