import { js, plugins as backends } from "@nn/backend-js";
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
  ...backends,
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

const sides = Array.from({ length: 60 }, (_, row) => [(row * 37) % 61, (row * 17) % 29] as const);

/** A table of rectangles and what they are. */
export const shapes = tableOf({
  width: sides.map(([width]) => width),
  height: sides.map(([, height]) => height),
  shape: sides.map(([width, height]) =>
    width + height > 60 ? "large" : width > height ? "wide" : "tall",
  ),
});

/** An experiment that tells them apart. */
export const classes = {
  name: "shapes",
  data: { file: "shapes.csv" },
  target: ["shape_large", "shape_wide", "shape_tall"],
  pipeline: [
    { kind: "minMax", columns: ["width", "height"] },
    { kind: "oneHot", columns: ["shape"] },
  ],
  model: [
    { kind: "dense", units: 8, activation: "tanh" },
    { kind: "dense", units: 3 },
  ],
  loss: "crossEntropy",
  metrics: ["accuracy"],
  optimizer: { kind: "adam", learningRate: 0.05 },
  folds: { kind: "stratified", labels: "shape", folds: 3 },
  epochs: 20,
  batchSize: 8,
  seed: 1,
  backend: "js",
} satisfies { [name: string]: Json };

/** What the experiments above are computed by. */
export const backend = js();

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
