import type { Plugin, UnopenedBackend } from "@nn/core";
import { dtypes, kind } from "./backend.ts";
import { configOf } from "./config.ts";
import { webgpu } from "./webgpu.ts";

/** All kinds of this package, for `decode`. What is made still has to be opened: `await decode(json, plugins).open()`. */
export const plugins: readonly Plugin<UnopenedBackend>[] = [
  {
    kind,
    contract: 1,
    create(options) {
      const config = configOf(options);
      // Jobs would share one GPU.
      return { kind, config, dtypes, jobs: 1, open: () => webgpu(config) };
    },
  },
];
