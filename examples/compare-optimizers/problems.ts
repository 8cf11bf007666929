import {
  add,
  div,
  foldIn,
  type Initializer,
  type Layer,
  mul,
  normal,
  place,
  randomKey,
  sequential,
  sin,
  sliceAxis,
  square,
  sub,
  type Tensor,
  uniform,
} from "@nn/core";
import { dense, relu, tanh } from "@nn/layers-dense";
import { dropout } from "@nn/layers-dropout";
import type { DataSet } from "@nn/trainer";
import { backend } from "./options.ts";

/** What is to be learned, and by what. */
export interface Problem {
  readonly title: string;
  readonly data: DataSet;
  /** Rows that are held out; where there are some, charts show the loss on them. */
  readonly validation?: DataSet;
  readonly batchSize: number;
  readonly epochs: number;
  model(options: ModelOptions): Layer;
}

/** What studies vary in a model. */
export interface ModelOptions {
  /** The first values of weights. */
  readonly initializer?: Initializer;
  /** The share of hidden units that each step leaves out. */
  readonly dropped?: number;
}

/** The exclusive or, by 3 hidden units, one example a step. */
export const xor: Problem = {
  title: "XOR, 2-3-1",
  data: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
  },
  batchSize: 1,
  epochs: 300,
  model: (options) => net([3], tanh(), options),
};

/** Friedman's first function (1991) of ten inputs, five of which do nothing, with noise of deviation 1. */
export const regression: Problem = {
  title: "Regression, 10-16-16-1",
  data: await friedman("training", 800),
  validation: await friedman("validation", 400),
  batchSize: 32,
  epochs: 150,
  model: (options) => net([16, 16], relu(), options),
};

function net(units: readonly number[], activation: Layer, options: ModelOptions): Layer {
  const { initializer, dropped = 0 } = options;
  const weights = initializer ? { weights: { initializer } } : {};
  return sequential([
    ...units.flatMap((count) => [
      dense(count, { activation, ...weights }),
      ...(dropped > 0 ? [dropout(dropped)] : []),
    ]),
    dense(1, weights),
  ]);
}

/** 10 sin(π x₀ x₁) + 20 (x₂ - ½)² + 10 x₃ + 5 x₄ + noise, less its mean and by its deviation. */
async function friedman(name: string, rows: number): Promise<DataSet> {
  const key = foldIn(randomKey(1), name);
  const inputs = await place(backend, uniform(foldIn(key, "inputs"), [rows, 10]));
  const noise = await place(backend, normal(foldIn(key, "noise"), [rows, 1]));
  const column = (i: number): Tensor => sliceAxis(inputs, 1, i, i + 1);
  const wave = mul(10, sin(mul(Math.PI, mul(column(0), column(1)))));
  const bowl = mul(20, square(sub(column(2), 0.5)));
  const lines = add(mul(10, column(3)), mul(5, column(4)));
  const targets = add(add(wave, bowl), add(lines, noise));
  return { inputs, targets: div(sub(targets, 14.4), 5) };
}
