import type { Plugin } from "@nn/core";
import { wasm, type WasmOptions } from "./wasm.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  {
    kind: "@nn/backend-wasm#wasm",
    contract: 1,
    create: (config) => wasm(config as WasmOptions),
  },
];
