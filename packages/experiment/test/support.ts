import { plugins as js } from "@nn/backend-js";
import type { Json, Plugin } from "@nn/core";
import { type Experiment, ExperimentError, type Problem, readExperiment } from "@nn/experiment";
import { plugins as dense } from "@nn/layers-dense";
import { plugins as dropout } from "@nn/layers-dropout";
import { plugins as losses } from "@nn/losses";
import { plugins as metrics } from "@nn/metrics";
import { plugins as optimizers } from "@nn/optimizers";
import { plugins as preprocess } from "@nn/preprocess";
import { tableOf } from "@nn/trainer-kfold";

/** Packages as a program that runs experiments has them. */
export const plugins: readonly Plugin[] = [
  ...dense,
  ...dropout,
  ...losses,
  ...metrics,
  ...optimizers,
  ...preprocess,
  ...js,
];

/** A small experiment with a bit of everything. */
export const houses = {
  name: "houses",
  data: { file: "houses.csv", types: { city: "string" } },
  target: "price",
  pipeline: [
    { kind: "extractDate", column: "sold", parts: ["month"] },
    { kind: "drop", columns: ["sold"] },
    { kind: "oneHot", columns: ["city"] },
    { kind: "log10", columns: ["price"] },
    "minMax",
  ],
  model: [
    { kind: "dense", units: 4, activation: "tanh", repeat: 2 },
    { kind: "dense", units: 1 },
  ],
  loss: "mse",
  metrics: ["r2"],
  optimizer: { kind: "momentum", learningRate: 0.1 },
  folds: 3,
  epochs: 4,
  batchSize: 8,
  seed: 7,
  backend: "js",
} satisfies { [name: string]: Json };

/** Its data. */
export const table = tableOf({
  id: Array.from({ length: 30 }, (_, row) => `h${row}, "no. ${row}"`),
  sold: Array.from(
    { length: 30 },
    (_, row) => `2014-${String((row % 12) + 1).padStart(2, "0")}-13`,
  ),
  city: Array.from({ length: 30 }, (_, row) => ["Seattle", "Kent"][row % 2]),
  area: Array.from({ length: 30 }, (_, row) => 50 + ((row * 37) % 101)),
  price: Array.from(
    { length: 30 },
    (_, row) => 1000 * (50 + ((row * 37) % 101)) + (row % 2) * 9000,
  ),
});

/** The experiment with changes. */
export function read(changes: { readonly [name: string]: Json } = {}): Experiment {
  return readExperiment({ ...houses, ...changes }, { plugins });
}

/** What is wrong with something. */
function problemsOf(attempt: () => unknown): readonly Problem[] {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ExperimentError) return error.problems;
    throw error;
  }
  return [];
}

/** What is wrong with the experiment after changes, as lines. */
export function linesOf(changes: { readonly [name: string]: Json }): readonly string[] {
  return problemsOf(() => read(changes)).map(({ path, message }) => `${path}: ${message}`);
}
