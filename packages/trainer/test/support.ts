import { js } from "@nn/backend-js";
import {
  type Backend,
  defineBackend,
  full,
  type Layer,
  type Metric,
  type Program,
  sequential,
  square,
  sub,
  sum,
  type Tensor,
  type TensorMap,
} from "@nn/core";
import { dense, tanh } from "@nn/layers-dense";
import { mse } from "@nn/losses";
import { momentum } from "@nn/optimizers";
import type { FitOptions, FitResult } from "../src/index.ts";

export const xorData = {
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  targets: [[0], [1], [1], [0]],
};

function xorModel(): Layer {
  return sequential([dense(3, { activation: tanh() }), dense(1, { activation: tanh() })]);
}

type Options = FitOptions<Tensor, Tensor, Tensor>;

/** What trains XOR, with some options changed. */
export function xorOptions(changes: Partial<Options> = {}): Options {
  return {
    backend: js(),
    model: xorModel(),
    data: xorData,
    loss: mse(),
    optimizer: momentum({ learningRate: 0.1 }),
    epochs: 300,
    seed: 7,
    ...changes,
  };
}

/** 10 rows of 2 features with a target that is linear in them. */
export const lineData = {
  inputs: Array.from({ length: 10 }, (_, i) => [i / 10, ((i * 7) % 10) / 10]),
  targets: Array.from({ length: 10 }, (_, i) => [(2 * i) / 10 - ((i * 7) % 10) / 10]),
};

/** What fits a line to it, in 4 steps an epoch, the last of them smaller. */
export function lineOptions(changes: Partial<Options> = {}): Options {
  return xorOptions({ data: lineData, model: dense(1), batchSize: 3, epochs: 20, ...changes });
}

/** All numbers of some parameters, by path. */
export async function valuesOf(tensors: TensorMap): Promise<Record<string, number[]>> {
  const entries = Object.entries(tensors).map(async ([path, value]) => [
    path,
    [...(await value.read())],
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, number[]>;
}

/** All of a result that has to be the same where a run was interrupted. */
export async function outcome({
  parameters,
  state,
  history,
  ended,
  best,
  epochs,
  steps,
}: FitResult<Tensor, Tensor>) {
  const values = [await valuesOf(parameters), await valuesOf(state)];
  return { values, history, ended, best, epochs, steps };
}

/** A backend that takes note of what it compiles and runs. */
export function spy(): { backend: Backend; compiled: Program[]; ran: Program[] } {
  const compiled: Program[] = [];
  const ran: Program[] = [];
  const { executable: _, ...spec } = js();
  const backend = defineBackend({
    ...spec,
    compile(program) {
      compiled.push(program);
      const executable = spec.compile(program);
      return {
        ...executable,
        run(inputs, donated) {
          ran.push(program);
          return executable.run(inputs, donated);
        },
      };
    },
  });
  return { backend, compiled, ran };
}

/** Names of a program's operations. */
export function namesIn(program: Program): string[] {
  return program.operations.map(({ primitive }) => primitive.name);
}

/** The mean of squared errors, from sums over batches. */
export function meanSquare(name = "meanSquare"): Metric {
  return {
    kind: "@nn/trainer/test#meanSquare",
    config: {},
    name,
    mode: "accumulate",
    better: "lower",
    measure: (prediction, target) => {
      const squares = square(sub(prediction, target));
      return { total: sum(squares), count: sum(onesLike(squares)) };
    },
    result: ({ total, count }) => total![0]! / count![0]!,
  };
}

function onesLike({ shape, dtype }: Tensor): Tensor {
  return full(shape, 1, dtype);
}
