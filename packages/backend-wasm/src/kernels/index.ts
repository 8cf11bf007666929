import { argMax } from "./arg-max.ts";
import { cholesky } from "./cholesky.ts";
import { concat } from "./concat.ts";
import { gather } from "./gather.ts";
import type { Kernel } from "./kernel.ts";
import { pad } from "./pad.ts";
import { poolKernels } from "./pool.ts";
import { randomBits } from "./random-bits.ts";
import { scatterAdd } from "./scatter-add.ts";
import { transpose } from "./transpose.ts";
import { triangularSolve } from "./triangular-solve.ts";

/** Kernels of primitives that are no loops over elements, by name. */
export const kernels: Readonly<Record<string, Kernel>> = {
  argMax,
  cholesky,
  concat,
  gather,
  pad,
  randomBits,
  scatterAdd,
  transpose,
  triangularSolve,
  ...poolKernels,
};
