import { check } from "@nn/core";
import { checkNames, checkSeed, checkWhole } from "./check-options.ts";
import type { AnyOptions } from "./options.ts";

/** Whose every option is: `fit` gets its own as they are. */
const owners = {
  folds: "kFold",
  members: "kFold",
  data: "kFold",
  target: "kFold",
  ids: "kFold",
  weights: "kFold",
  pipeline: "kFold",
  lint: "kFold",
  model: "kFold",
  optimizer: "kFold",
  callbacks: "kFold",
  average: "kFold",
  observe: "kFold",
  executor: "kFold",
  entry: "kFold",
  threads: "kFold",
  store: "kFold",
  signal: "kFold",
  backend: "fit",
  loss: "fit",
  metrics: "fit",
  monitor: "fit",
  exactFigures: "fit",
  epochs: "fit",
  batchSize: "fit",
  shuffle: "fit",
  seed: "fit",
  dtype: "fit",
} satisfies Record<keyof AnyOptions, "kFold" | "fit">;

/** The options that `fit` gets as they are. */
export function fitOptions(options: AnyOptions): Pick<AnyOptions, "backend" | "loss" | "epochs"> {
  const passed = Object.entries(options).filter(
    ([name]) => owners[name as keyof AnyOptions] === "fit",
  );
  return Object.fromEntries(passed) as unknown as AnyOptions;
}

/** Refuses options that are misspelt, or not what they should be; `fit` looks at its own again. */
export function checkOptions(options: AnyOptions): void {
  checkNames("kFold", options, Object.keys(owners));
  const { folds, model, loss, metrics, callbacks, seed, lint, average, observe, signal } = options;
  const { backend, members, ids, weights, executor, entry, threads, store } = options;
  const has = (value: unknown, ...methods: string[]): boolean =>
    methods.every((name) => typeof Object(value)[name] === "function");
  const mustBe = (name: string, expected: string, isValid: boolean, got: unknown): void =>
    check(isValid, () => `kFold: ${name} must be ${expected}, got ${String(got)}`);
  const mayBe = (name: string, expected: string, isValid: boolean, got: unknown): void =>
    mustBe(name, expected, got === undefined || isValid, got);

  mustBe("backend", "a backend such as js()", has(backend, "executable"), backend);
  const ofFolds = "a whole number from 2, or a splitter such as kFolds()";
  mayBe("folds", ofFolds, typeof folds === "number" || has(folds, "split"), folds);
  if (members !== undefined) checkWhole("kFold: members", members, 1);
  // Functions have an `apply` too, and so has every factory.
  const ofModel = "a layer such as dense(1), or a function that makes one for a fold";
  mustBe("model", ofModel, has(model, "apply"), model);
  mustBe("loss", "a loss such as mse()", has(loss, "values"), loss);
  mayBe("metrics", "a list of metrics such as r2()", Array.isArray(metrics), metrics);
  const isList = Array.isArray(callbacks) || typeof callbacks === "function";
  mayBe("callbacks", "a list, or a function that makes one for a fold", isList, callbacks);
  if (seed !== undefined) checkSeed("kFold: seed", seed);
  for (const [name, column] of Object.entries({ ids, weights }))
    mayBe(name, "the name of a column", typeof column === "string", column);
  const isLint = typeof lint === "boolean" || typeof lint === "function";
  mayBe("lint", "a function, true or false", isLint, lint);
  const isLayer = typeof average === "object" && has(average, "apply");
  mayBe("average", "a layer such as softmax()", isLayer, average);
  mayBe("observe", "a function of a fold", typeof observe === "function", observe);
  mayBe("store", "an object with read() and write()", has(store, "read", "write"), store);
  mayBe("signal", "an AbortSignal", has(signal, "throwIfAborted"), signal);
  mayBe("executor", "an executor such as workers()", has(executor, "run"), executor);
  if (executor) checkWhole("kFold: concurrency of the executor", executor.concurrency, 1);
  check(!executor === (entry === undefined), () =>
    executor
      ? 'kFold: an executor needs an entry, as in new URL("./plugins.js", import.meta.url), which exports `plugins` and `runFold` as `run`'
      : "kFold: entry is for an executor such as workers(); pass one as `executor`, or leave it out",
  );
  if (threads !== undefined) checkWhole("kFold: threads", threads, 1);
}
