import { tensor, type Backend, type Metric, type TensorMap } from "@nn/core";
import { fit } from "@nn/trainer";
import { readStart } from "../check-files.ts";
import { syntheticData } from "../data.ts";
import { countDispatches } from "../dispatches.ts";
import { newStopwatch } from "../stopwatch.ts";
import {
  answer,
  type Answer,
  type Check,
  type Losses,
  type Measurement,
  peakMemoryMiB,
  readTask,
  type Task,
} from "../task.ts";
import { dataSet, experimentOf } from "./experiment.ts";
import { openBackend } from "./open.ts";

/** The process in which one of our backends runs one workload through `fit`. */
const task = readTask();
const backend = await openBackend(task.backend!);
if (backend === undefined) answer({ missing: `${task.backend!.package} is not there` });
else answer(await run(backend));

function run(backend: Backend): Promise<Answer> {
  return task.check ? losses(backend, task, task.check) : measure(backend, task);
}

/**
 * The steady state of a training as users run it: `fit` shuffles row numbers, gathers batches and reports losses. The
 * stopwatch reads its `progress` reports, which come after every chunk of about 10 ms, and an abort signal ends it.
 */
async function measure(backend: Backend, task: Task): Promise<Measurement> {
  const { workload, spawned, timing } = task;
  const beforeData = performance.now();
  const data = dataSet(workload, syntheticData(workload));
  const dataMs = performance.now() - beforeData;
  const stopwatch = newStopwatch(timing);
  const ending = new AbortController();
  const dispatches = task.backend!.factory === "webgpu" ? await countDispatches() : undefined;
  /** Steps and dispatches when the first chunk was done, and after each one. */
  const counts: { steps: number; dispatches: number }[] = [];
  let started = 0;
  await fit({
    ...experimentOf(workload),
    backend,
    data,
    epochs: 1e9,
    seed: 1,
    signal: ending.signal,
    callbacks: [
      {
        start() {
          started = performance.now();
        },
        progress({ step, loss }) {
          if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss} after ${step} steps`);
          if (dispatches) counts.push({ steps: step, dispatches: dispatches() });
          if (stopwatch.lap(step)) ending.abort();
        },
      },
    ],
  });
  const { usPerStep, first } = stopwatch;
  return {
    usPerStep,
    compileMs: Math.max(0, first!.at - started - (usPerStep * first!.steps) / 1000),
    startMs: performance.timeOrigin + first!.at - spawned - dataMs,
    peakMemoryMiB: peakMemoryMiB(),
    version: `Node ${process.versions.node}`,
    ...threadsOf(backend),
    ...dispatchesPerStep(counts),
  };
}

function dispatchesPerStep(
  counts: readonly { readonly steps: number; readonly dispatches: number }[],
): Pick<Measurement, "dispatchesPerStep"> {
  const [first, last] = [counts[0], counts.at(-1)];
  if (!first || !last || last.steps === first.steps) return {};
  const dispatches = last.dispatches - first.dispatches;
  return { dispatchesPerStep: dispatches / (last.steps - first.steps) };
}

/** The most threads that the backend uses, where it says so. */
function threadsOf(backend: Backend): Pick<Measurement, "threads"> {
  const threads = (backend as { doctor?(): { readonly threads: number } }).doctor?.().threads;
  return threads === undefined ? {} : { threads };
}

/** The losses of the first steps from given values, in the order of the rows. */
async function losses(backend: Backend, { workload }: Task, check: Check): Promise<Losses> {
  const { data, parameters } = readStart(check.folder, workload);
  const { batchSize, ...experiment } = experimentOf(workload);
  // `fit` reports the mean over a chunk. A metric that collects gives every example's loss, from which follow those
  // of the steps.
  const values: number[] = [];
  const watch: Metric = {
    kind: "@nn/bench#values",
    config: {},
    name: "values",
    mode: "collect",
    better: "lower",
    measure: (prediction, target) => ({ values: experiment.loss.values(prediction, target) }),
    result(collected) {
      // They can be too many to be arguments of one call.
      for (const value of Array.from(collected["values"]!)) values.push(value);
      return values.length;
    },
  };
  const start: TensorMap = Object.fromEntries(
    parameters.map(({ path, shape, data }) => [path, tensor(backend, data, { shape })]),
  );
  await fit({
    ...experiment,
    batchSize,
    backend,
    data: dataSet(workload, data),
    variables: { parameters: start, state: {} },
    shuffle: false,
    epochs: 1,
    metrics: [watch],
  });
  return {
    losses: Array.from({ length: check.steps }, (_, i) => {
      const batch = values.slice(i * batchSize, (i + 1) * batchSize);
      return batch.reduce((sum, value) => sum + value, 0) / batch.length;
    }),
  };
}
