import type { Json } from "@nn/core";
import type { Role } from "../src/kinds/kind-table.ts";
import { kindTable } from "../src/kinds/table.ts";

/** Options for kinds that need some, and for some that do not. */
export const examples: { readonly [kind: string]: { readonly [option: string]: Json } } = {
  "@nn/core#sequential": { layers: ["relu", { kind: "dense", units: 2 }] },
  "@nn/core#residual": { layer: "relu" },
  "@nn/core#concat": { layers: { left: "relu", right: ["tanh"] }, axis: 1 },
  "@nn/core#graph": {
    nodes: { hidden: { layer: { kind: "dense", units: 2, activation: "relu" }, from: "input" } },
    output: "hidden",
  },
  "@nn/layers-dense#dense": {
    units: 3,
    activation: "softmax",
    weights: { initializer: "heNormal", optimizer: { kind: "sgd", learningRate: 0.1 } },
    bias: { initializer: { kind: "uniform", low: 0, high: 1 } },
  },
  "@nn/layers-dense#embedding": { count: 7, units: 2, initializer: "zeros" },
  "@nn/layers-dense#reshape": { shape: [2, 2] },
  "@nn/layers-dense#constant": { value: 0.5 },
  "@nn/layers-dropout#dropout": { rate: 0.5 },
  "@nn/layers-dropout#alphaDropout": { rate: 0.5 },
  "@nn/layers-dropout#gaussianDropout": { rate: 0.5 },
  "@nn/layers-dropout#gaussianNoise": { deviation: 0.5 },
  "@nn/losses#quantile": { level: 0.9 },
  "@nn/losses#binaryCrossEntropy": { classWeights: [1, 2] },
  "@nn/losses#huber": { delta: 2 },
  "@nn/metrics#f1": { average: "macro" },
  "@nn/metrics#topK": { k: 3 },
  "@nn/optimizers#regularized": { rule: "adam", l2: 0.01 },
  "@nn/optimizers#momentum": {
    learningRate: { kind: "cosine", initial: 1, epochs: 2 },
    nesterov: true,
  },
  "@nn/optimizers#constant": { rate: 0.1 },
  "@nn/optimizers#inverseTimeDecay": { initial: 0.1, decay: 0.5, epochs: 2 },
  "@nn/optimizers#exponentialDecay": { initial: 0.1, factor: 0.5, epochs: 2 },
  "@nn/optimizers#piecewise": { rates: [0.1, 0.01], epochs: [5] },
  "@nn/optimizers#cosine": { initial: 0.1, epochs: 5 },
  "@nn/optimizers#polynomial": { initial: 0.1, epochs: 5 },
  "@nn/optimizers#warmRestarts": { initial: 0.1, epochs: 5 },
  "@nn/optimizers#cyclical": { lowest: 0.01, highest: 0.1, epochs: 5 },
  "@nn/optimizers#oneCycle": { highest: 0.1, epochs: 5 },
  "@nn/optimizers#warmUp": { learningRate: { kind: "cosine", initial: 0.1, epochs: 5 }, epochs: 2 },
  "@nn/optimizers#reduceOnPlateau": { learningRate: 0.1, patience: 3 },
  "@nn/trainer#earlyStopping": {
    patience: 3,
    monitor: { name: "validation/r2", better: "higher" },
  },
  "@nn/trainer#firstOrder": { rule: "sgd", clipNorm: 1, groups: { "0/": "adam" } },
  "@nn/trainer-kfold#stratified": { labels: "city" },
  "@nn/trainer-kfold#grouped": { groups: ["a", "b"], folds: 2 },
  "@nn/trainer-kfold#repeated": { splitter: { kind: "kFolds", folds: 3 }, times: 2 },
  "@nn/trainer-kfold#timeSeries": { folds: 3, gap: 1 },
  "@nn/trainer-kfold#ensemble": { models: ["relu", "tanh"], average: "softmax" },
  "@nn/preprocess#pipeline": { steps: ["minMax", { kind: "drop", columns: ["a"] }] },
  "@nn/preprocess#only": { names: ["a"] },
  "@nn/preprocess#except": { names: ["a", "relu"] },
  "@nn/preprocess#includingAdded": { names: ["a"] },
  "@nn/preprocess#where": { type: "number", added: false },
  "@nn/preprocess#extractDate": { column: "date", parts: ["month"], cyclical: true },
  "@nn/preprocess#replaceWhere": { column: "a", value: null, by: { column: "b" } },
  "@nn/preprocess#ids": { column: "id" },
  "@nn/preprocess#rename": { names: { a: "b" } },
  "@nn/preprocess#sample": { share: 0.5, seed: 3 },
  "@nn/preprocess#bins": { columns: ["a"], count: 4 },
  "@nn/preprocess#clip": { columns: [{ kind: "where", type: "number" }], min: 0 },
  "@nn/preprocess#drop": { columns: ["a"] },
  "@nn/preprocess#select": { columns: ["a", "b"] },
  "@nn/preprocess#groupRare": { columns: ["a"], rows: 3 },
  "@nn/preprocess#hashEncode": { columns: ["a"], buckets: 8 },
  "@nn/preprocess#impute": { columns: ["a"], with: "median" },
  "@nn/preprocess#neighbours": { columns: ["price"], by: ["lat", "long"] },
  "@nn/preprocess#ordinal": { columns: ["a"], levels: ["x", 2] },
  "@nn/preprocess#power": { columns: ["a"], exponent: 3 },
  "@nn/preprocess#targetEncode": { columns: ["a"], target: "price" },
  "@nn/backend-wasm#wasm": { threads: 1, numerics: "strict" },
  "@nn/backend-webgpu#webgpu": { powerPreference: "low-power" },
};

/** Roles that have a place in experiments. */
export type PlacedRole = Exclude<Role, "table">;

/** What of an experiment changes for a component to stand where its role may. */
export const placed: {
  readonly [role in PlacedRole]: (json: Json) => { readonly [name: string]: Json };
} = {
  layer: (model) => ({ model }),
  loss: (loss) => ({ loss }),
  metric: (metric) => ({ metrics: [metric] }),
  optimizer: (optimizer) => ({ optimizer }),
  schedule: (learningRate) => ({ optimizer: { kind: "sgd", learningRate } }),
  initializer: (initializer) => ({ model: { kind: "dense", units: 1, weights: { initializer } } }),
  step: (step) => ({ pipeline: [step] }),
  scope: (scope) => ({ pipeline: [{ kind: "drop", columns: [scope] }] }),
  pipeline: (pipeline) => ({ pipeline }),
  splitter: (folds) => ({ folds }),
  backend: (backend) => ({ backend }),
  callback: (callback) => ({ callbacks: [callback] }),
};

/** What is known of all kinds that have a place in experiments. */
export const placedKinds = Object.entries(kindTable.kinds).flatMap(([kind, { role, ...entry }]) =>
  role === "table" ? [] : [{ ...entry, kind, role }],
);
