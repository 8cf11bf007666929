import {
  jit,
  place,
  scan,
  stack,
  tensor,
  type Backend,
  type DType,
  type Tensor,
  type TensorMap,
  type UpdateRule,
} from "@nn/core";
import { randomNumbers } from "../generate/choices.ts";

/** A parameter on its way. */
export type Moving = {
  readonly parameter: Tensor;
  readonly state: TensorMap;
};

/** One application of a rule, as a function of tensors. */
export function stepOf(rule: UpdateRule) {
  return ({ parameter, state }: Moving, gradient: Tensor, rate: Tensor, step: Tensor): Moving => {
    const after = rule.update({ parameter, gradient, state, rate, step });
    return { parameter: after.parameter, state: after.state };
  };
}

/** A parameter with fixed elements, and the state that the rule starts from. */
export async function start(
  backend: Backend,
  rule: UpdateRule,
  type: { readonly shape: readonly number[]; readonly dtype: DType },
  seed = 1,
): Promise<Moving> {
  const state = Object.entries(rule.init(type)).map(
    async ([name, value]) => [name, await place(backend, value)] as const,
  );
  return {
    parameter: numbers(backend, type, seed),
    state: Object.fromEntries(await Promise.all(state)),
  };
}

/** A tensor of numbers between -1 and 1 that a seed fixes. */
export function numbers(
  backend: Backend,
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: DType },
  seed: number,
): Tensor {
  const random = randomNumbers(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    backend,
    Float64Array.from({ length: size }, () => 2 * random() - 1),
    { shape, dtype },
  );
}

/** The rate of every step from 1 to `count`. */
export function ratesOf(rule: UpdateRule, count: number): number[] {
  return Array.from({ length: count }, (_, step) =>
    rule.learningRate.at({ step, epoch: step / 10, stepsPerEpoch: 10, monitored: [] }),
  );
}

/** How steps are taken: operation by operation, as one program each, or all in one loop. */
export type Way = "one by one" | "compiled" | "in a loop";

/** Takes steps with gradients that are known beforehand, from number `first` on. */
export function steps(
  backend: Backend,
  rule: UpdateRule,
  from: Moving,
  gradients: readonly Tensor[],
  way: Way = "compiled",
  first = 1,
): Moving {
  const { dtype } = from.parameter;
  const rates = ratesOf(rule, first - 1 + gradients.length).slice(first - 1);
  const step = stepOf(rule);
  if (way === "in a loop") {
    const loop = jit((start: Moving, all: Tensor[], rate: Tensor, number: Tensor) => {
      const [after] = scan(
        (moving: Moving, [gradient, r, n]: [Tensor, Tensor, Tensor]) => [
          step(moving, gradient, r, n),
          [],
        ],
        start,
        [stack(all), rate, number],
      );
      return after;
    });
    const counted = rates.map((_, i) => first + i);
    return loop(
      from,
      [...gradients],
      tensor(backend, rates, { dtype }),
      tensor(backend, counted, { dtype }),
    );
  }
  const once = way === "compiled" ? jit(step) : step;
  return gradients.reduce<Moving>((moving, gradient, i) => {
    const [rate, number] = [rates[i]!, first + i].map((x) =>
      tensor(backend, x, { dtype, shape: [] }),
    );
    return once(moving, gradient, rate!, number!) as Moving;
  }, from);
}
