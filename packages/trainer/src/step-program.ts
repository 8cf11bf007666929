import type { Program, Tree } from "@nn/core";
import type { FitOptions } from "./options.ts";
import { prepare } from "./prepare.ts";

/**
 * The program that `fit` would run for a chunk of steps: a loop whose body is forward pass, loss, backward pass and
 * update. Undefined for solvers that need more than one program. Nothing is trained.
 *
 * ```ts
 * console.log(print((await stepProgram({ model, data, loss, optimizer, epochs: 1, backend }))!));
 * ```
 */
export async function stepProgram<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<Program | undefined> {
  const { training, chunks, release } = await prepare(options);
  try {
    return training.program?.(chunks.next(1, true));
  } finally {
    await release();
  }
}
