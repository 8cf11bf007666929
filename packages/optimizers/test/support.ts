import { js } from "@nn/backend-js";
import {
  type DType,
  full,
  jit,
  type Progress,
  tensor,
  type TensorMap,
  type UpdateRule,
} from "@nn/core";

/** How far a run has come that has 10 steps an epoch. */
export function after(step: number): Progress {
  return { step, epoch: step / 10, stepsPerEpoch: 10, monitored: [] };
}

/** Where a parameter goes from `start` in some steps when its gradient is the parameter itself, as that of x² / 2. */
export function descend(
  rule: UpdateRule,
  start: readonly number[],
  steps: number,
  dtype: DType = "f64",
): number[][] {
  const update = jit((call: TensorMap, state: TensorMap) => {
    const { parameter, rate, step } = call as {
      [name: string]: NonNullable<(typeof call)[string]>;
    };
    const result = rule.update({
      parameter: parameter!,
      gradient: parameter!,
      state,
      rate: rate!,
      step: step!,
    });
    return [result.parameter, result.state] as const;
  });
  const backend = js();
  let parameter = tensor(backend, start, { dtype });
  let state = rule.init(parameter);
  const path: number[][] = [];
  for (let i = 0; i < steps; i++) {
    const rate = full([], rule.learningRate.at(after(i)), dtype);
    [parameter, state] = update({ parameter, rate, step: full([], i + 1, dtype) }, state);
    path.push([...parameter.readSync()]);
  }
  return path;
}
