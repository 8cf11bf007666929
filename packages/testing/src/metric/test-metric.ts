import {
  jit,
  mapTree,
  sliceAxis,
  tensor,
  type Backend,
  type Metric,
  type Plugin,
  type Tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { expectThat, untested, type Check, type Outcome } from "../check.ts";
import { checkDescription, reloaded } from "../described.ts";
import { inputFor, type ExampleInputs } from "../layer/spec.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { register } from "../register.ts";
import { margin } from "../tolerance.ts";

/** A metric, and what it takes. */
export interface MetricSpec {
  /** Makes the metric; each call gives another one. */
  make(): Metric<Tree, Tree>;
  /** The prediction for one example, without the batch axis. */
  readonly prediction: ExampleInputs;
  /** The target for one example. */
  readonly target: ExampleInputs;
  /** What makes it again from JSON. */
  readonly plugins: readonly Plugin[];
  /** Figures of predictions and targets, computed by other means. */
  readonly known?: readonly {
    readonly prediction: readonly number[][];
    readonly target: readonly number[][];
    readonly result: number;
  }[];
  /** Where to run it; the kit's reference by default. */
  readonly backend?: () => Backend | Promise<Backend>;
}

/**
 * Tests a metric: that a data set gives one figure however it is cut into batches, known figures, and its way through
 * JSON.
 *
 * ```ts
 * testMetric("r2", { make: () => r2(), prediction: { shape: [1] }, target: { shape: [1] }, plugins });
 * ```
 */
export function testMetric(name: string, spec: MetricSpec): void {
  register(name, { metric: metricChecks(spec) }, { timeout: 120_000 });
}

/** All checks of `testMetric` as a list, to be run by other means than vitest; see `runChecks`. */
export function metricChecks(spec: MetricSpec): readonly Check[] {
  const rules: readonly [string, (spec: MetricSpec) => Promise<Outcome | void>][] = [
    ["says what it is, and can be made again from JSON", checkJson],
    ["gives one figure however the data are cut into batches", checkBatches],
    ["gives the figures that are known", checkKnown],
  ];
  return rules.map(([name, rule]) => ({ name, run: () => rule(spec) }));
}

type Batch = readonly [Tree, Tree];

/** What a metric makes of batches: sums of what it measures, or all rows. */
async function figure(metric: Metric<Tree, Tree>, batches: readonly Batch[]): Promise<number> {
  const measure = jit((prediction: Tree, target: Tree) => metric.measure(prediction, target));
  const values: { [name: string]: number[] } = {};
  for (const [prediction, target] of batches) {
    const measured = measure(prediction, target) as TensorMap;
    for (const [name, value] of Object.entries(measured)) {
      const numbers = [...(await value.read())];
      const known = values[name];
      if (!known) values[name] = numbers;
      else if (metric.mode === "collect") known.push(...numbers);
      else numbers.forEach((number, i) => (known[i]! += number));
    }
  }
  return metric.result(values);
}

async function batchesOf(spec: MetricSpec, lengths: readonly number[]): Promise<Batch[]> {
  const backend = await (spec.backend ?? referenceBackend)();
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const rows = (inputs: ExampleInputs, seed: number, first: number, count: number): Tree =>
    sliceRows(inputFor(backend, inputs, all, "f32", seed), first, count);
  let first = 0;
  return lengths.map((count) => {
    const batch = [
      rows(spec.prediction, 1, first, count),
      rows(spec.target, 2, first, count),
    ] as const;
    first += count;
    return batch;
  });
}

function sliceRows(tree: Tree, first: number, count: number): Tree {
  return mapTree(tree, (x) => sliceAxis(x, 0, first, first + count)) as Tree;
}

function expectNear(actual: number, expected: number, what: string): void {
  const isNear =
    Object.is(actual, expected) ||
    Math.abs(actual - expected) <= margin("f32", "function", expected);
  expectThat(isNear, () => `${what}: expected ${expected}, got ${actual}`);
}

async function checkJson(spec: MetricSpec): Promise<void> {
  const metric = spec.make();
  checkDescription(metric, spec.plugins);
  expectThat(
    /^[\w.-]+$/.test(metric.name),
    () => `its name is '${metric.name}', expected a word for logs`,
  );
  expectThat(
    metric.mode === "accumulate" || metric.mode === "collect",
    () => `its mode is '${metric.mode}'`,
  );
  expectThat(
    metric.better === "higher" || metric.better === "lower",
    () => `better is '${metric.better}'`,
  );
  const batches = await batchesOf(spec, [7]);
  const again = reloaded(metric, spec.plugins);
  expectNear(await figure(again, batches), await figure(metric, batches), "made again from JSON");
}

async function checkBatches(spec: MetricSpec): Promise<void> {
  const metric = spec.make();
  const whole = await figure(metric, await batchesOf(spec, [12]));
  for (const lengths of [
    [6, 6],
    [5, 7],
    [1, 11],
    [4, 4, 4],
  ])
    expectNear(
      await figure(metric, await batchesOf(spec, lengths)),
      whole,
      `in batches of ${lengths.join(", ")}`,
    );
  expectNear(await figure(metric, await batchesOf(spec, [12])), whole, "the second time");
}

async function checkKnown(spec: MetricSpec): Promise<Outcome> {
  const { known = [] } = spec;
  const backend = await (spec.backend ?? referenceBackend)();
  for (const { prediction, target, result } of known) {
    const [p, t] = [prediction, target].map((rows): Tensor =>
      tensor(backend, rows, { dtype: "f32" }),
    );
    expectNear(await figure(spec.make(), [[p!, t!]]), result, "the figure");
  }
  if (known.length > 0) return { cases: known.length, notTested: [] };
  return untested(`${spec.make().kind}: figures from elsewhere, for want of examples`);
}
