import { convKernels } from "./conv.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { gatherKernels } from "./gather.ts";
import type { Kernels } from "./kernel.ts";
import { linalgKernels } from "./linalg.ts";
import { matmulKernels } from "./matmul.ts";
import { moveKernels } from "./move.ts";
import { poolKernels } from "./pool.ts";
import { randomKernels } from "./random.ts";
import { reduceKernels } from "./reduce.ts";
import { scan } from "./scan.ts";

/** All kernels; programs are lowered to these, and `reshape`, which needs none. */
export const kernels: Kernels = {
  ...convKernels,
  ...elementwiseKernels,
  ...gatherKernels,
  ...linalgKernels,
  ...matmulKernels,
  ...moveKernels,
  ...poolKernels,
  ...randomKernels,
  ...reduceKernels,
  scan,
};
