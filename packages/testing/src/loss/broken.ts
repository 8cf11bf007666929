import {
  add,
  clip,
  customGradient,
  div,
  exp,
  log,
  mean,
  mul,
  square,
  sub,
  sum,
  type Loss,
  type Tensor,
} from "@nn/core";
import type { LossSpec } from "./test-loss.ts";

/** A loss with a fault, which `testLoss` has to find. */
export interface BrokenLoss {
  readonly name: string;
  readonly spec: LossSpec;
}

const kind = "@nn/testing#example-loss";

function lossWith(change: Partial<Loss>, config: Loss["config"] = {}): Loss {
  return {
    kind,
    config,
    values: (prediction, target) => mean(square(sub(prediction, target)), 1),
    residuals: (prediction, target) => sub(prediction, target),
    ...change,
  };
}

function specOf(change: Partial<Loss> = {}, more: Partial<LossSpec> = {}): LossSpec {
  const make = (): LossSpec["make"] extends () => infer L ? L : never =>
    lossWith(change) as unknown as ReturnType<LossSpec["make"]>;
  return {
    make,
    prediction: { shape: [3] },
    target: { shape: [3] },
    plugins: [{ kind, contract: 1, create: make }],
    known: [{ prediction: [[1, 2]], target: [[0, 0]], values: [2.5] }],
    ...more,
  };
}

/** The loss that the broken ones are variants of; it passes. */
export const soundLoss: LossSpec = specOf();

const steep = customGradient(
  (x: Tensor) => mul(x, 1),
  (_, __, g) => [mul(g, 1.001)],
);

/** Faulty losses, none of which may pass. */
export function brokenLosses(): readonly BrokenLoss[] {
  const values: { readonly [name: string]: Loss["values"] } = {
    "the gradient is a little too large": (p, t) => steep(mean(square(sub(p, t)), 1)),
    "the sum is taken for the mean": (p, t) => sum(square(sub(p, t)), 1),
    "it gives one value for all examples": (p, t) => mean(square(sub(p, t))),
    "examples are scaled by the largest of all": (p, t) =>
      div(mean(square(sub(p, t)), 1), mean(square(t))),
    "it overflows": (p, t) => add(mean(square(sub(p, t)), 1), mul(mean(log(exp(p)), 1), 0)),
    "it is cut off": (p, t) => clip(mean(square(sub(p, t)), 1), 0, 1),
  };
  const other = specOf({ values: (p, t) => mul(mean(square(sub(p, t)), 1), 2) });
  return [
    ...Object.entries(values).map(([name, own]) => ({ name, spec: specOf({ values: own }) })),
    {
      name: "residuals do not belong to the value",
      spec: specOf({ residuals: (p, t) => mul(sub(p, t), 2) }),
    },
    { name: "its plugin makes another one", spec: { ...soundLoss, plugins: other.plugins } },
    { name: "no plugin makes it again", spec: { ...soundLoss, plugins: [] } },
  ];
}
