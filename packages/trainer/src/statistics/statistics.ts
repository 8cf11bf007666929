import {
  add,
  type Callback,
  cast,
  check,
  type Declaration,
  describe,
  type EpochReport,
  type Layer,
  type Probe,
  type RunInfo,
  sizeOf,
  sqrt,
  square,
  sum,
  type Tensor,
  type TensorMap,
  type Tree,
} from "@nn/core";
import { type ActivationStatistics, activationWatch } from "./activation-statistics.ts";
import { checkCount, checkKnown, checkNumber } from "../check-options.ts";
import { type Resident, type RowsTree, upload } from "../data/data.ts";
import { type ExampleType, exampleOf } from "../summary/example-type.ts";
import { homeOf } from "../evaluate/predict.ts";
import { findingsIn, type Limits, type TrainingFinding } from "./findings.ts";

/** What is watched, and what is worth telling. */
export interface StatisticsOptions {
  /** Examples to look at activations with; some hundred do. Without them, only gradients and weights are watched. */
  readonly sample?: RowsTree;
  /** Epochs from one look to the next; 1 by default. */
  readonly every?: number;
  /** Is told what is found, once for each layer as long as it stays so. */
  readonly report?: (finding: TrainingFinding) => void;
  /** From where on something is found; see `Limits`. */
  readonly limits?: Partial<Limits>;
}

/** What was seen at the end of an epoch. */
export interface TrainingStatistics {
  readonly epoch: number;
  /** Layers that train, in the order of their use. */
  readonly layers: readonly LayerStatistics[];
  /** For the sample, where there is one. */
  readonly activations: readonly ActivationStatistics[];
  readonly findings: readonly TrainingFinding[];
}

/** The parameters of one layer that train, together, in the last step of an epoch. */
export interface LayerStatistics {
  readonly path: string;
  readonly gradientNorm: number;
  /** The size of a typical element of the gradient: the root of the mean of squares. */
  readonly gradientSize: number;
  readonly weightNorm: number;
  /**
   * Learning rate · gradient norm / weight norm: how far plain gradient descent would move the weights, in terms of
   * their length. About 0.001 is usual. Other rules scale gradients themselves, so that it is an estimate for them.
   */
  readonly updateRatio: number;
}

/** A callback that has statistics of the last epoch that it looked at. */
export interface Statistics extends Callback {
  readonly latest: TrainingStatistics | undefined;
}

/**
 * Watches gradients, weights and activations of a model while it trains, layer by layer, and finds gradients that vanish
 * or explode and units that are saturated or dead. `input` is the shape of one example, as for `summary`. Norms are
 * probes, `gradientNorm/…` and `weightNorm/…` with the layer's path, so that logs have them, too.
 *
 * ```ts
 * const watch = statistics(model, [784], {
 *   sample: images.slice(0, 256),
 *   report: ({ message, fix }) => console.warn(`${message}; ${fix}`),
 * });
 * await fit({ model, data, loss: mse(), optimizer: sgd(), epochs: 100, backend, callbacks: [watch] });
 * ```
 */
export function statistics<In extends Tree, Out extends Tree>(
  model: Layer<In, Out>,
  input: ExampleType,
  options: StatisticsOptions = {},
): Statistics {
  checkKnown("statistics", options, ["sample", "every", "report", "limits"]);
  const { sample, every = 1, report, limits = {} } = options;
  checkCount("statistics: every", every);
  checkKnown("statistics: limits", limits, Object.keys(defaultLimits));
  for (const [name, limit] of Object.entries(limits))
    checkNumber(`statistics: limits.${name}`, limit);
  check(
    report === undefined || typeof report === "function",
    () => `statistics: report must be a function, got ${typeof report}`,
  );
  const layer = model as unknown as Layer<Tree, Tree>;
  const { declarations } = describe(layer, exampleOf("statistics", input, "f32"));
  const groups = groupsOf(declarations);
  let data: Resident<Tree> | undefined;
  let look: ReturnType<typeof activationWatch> | undefined;
  let run: RunInfo | undefined;
  let latest: TrainingStatistics | undefined;
  let before = new Set<string>();

  const layersAt = ({ probes, rate }: EpochReport): LayerStatistics[] =>
    groups.flatMap(({ path, size }) => {
      const gradientNorm = probes[probeName("gradientNorm", path)];
      const weightNorm = probes[probeName("weightNorm", path)];
      if (gradientNorm === undefined || weightNorm === undefined) return [];
      const gradientSize = gradientNorm / Math.sqrt(size);
      const updateRatio = weightNorm === 0 ? Number.NaN : (rate * gradientNorm) / weightNorm;
      return [{ path, gradientNorm, gradientSize, weightNorm, updateRatio }];
    });

  return {
    probes: groups.flatMap(({ path, members }): Probe[] => [
      {
        name: probeName("gradientNorm", path),
        every: 1,
        measure: ({ gradients }) => normOf(gradients, members),
      },
      {
        name: probeName("weightNorm", path),
        every: 1,
        measure: ({ parameters }) => normOf(parameters, members),
      },
    ]),
    get latest() {
      return latest;
    },
    start(info) {
      run = info;
      latest = undefined;
      before = new Set();
      if (sample === undefined) return;
      const { dtype } = homeOf("statistics", info.training, info.backend);
      data = upload<Tree>("statistics: sample", info.backend, sample, dtype);
      look = activationWatch(layer, data.tree);
    },
    async epoch(at) {
      if (at.epoch % every !== 0) return;
      const activations = (await look?.(run!.training)) ?? [];
      const layers = layersAt(at);
      const findings = findingsIn(at.epoch, layers, activations, { ...defaultLimits, ...limits });
      latest = { epoch: at.epoch, layers, activations, findings };
      const keys = new Set<string>();
      for (const finding of findings) {
        const key = `${finding.code} ${finding.path}`;
        keys.add(key);
        if (!before.has(key)) report?.(finding);
      }
      before = keys;
    },
    end() {
      data?.release();
      data = look = run = undefined;
    },
  };
}

const defaultLimits: Limits = {
  vanishing: 1e-4,
  exploding: 0.1,
  saturated: 0.5,
  dead: 0.5,
};

/** The parameters that train, by the layer that they belong to. */
function groupsOf(declarations: readonly Declaration[]): readonly {
  readonly path: string;
  readonly members: readonly string[];
  readonly size: number;
}[] {
  const groups = new Map<string, { members: string[]; size: number }>();
  for (const { path, shape, trainable } of declarations) {
    if (!trainable) continue;
    const owner = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    const group = groups.get(owner) ?? { members: [], size: 0 };
    group.members.push(path);
    group.size += sizeOf(shape);
    groups.set(owner, group);
  }
  return [...groups].map(([path, group]) => ({ path, ...group }));
}

function probeName(name: string, path: string): string {
  return path ? `${name}/${path}` : name;
}

/** The length of some tensors as one vector. */
function normOf(tensors: TensorMap, paths: readonly string[]): Tensor {
  return sqrt(paths.map((path) => cast(sum(square(tensors[path]!)), "f32")).reduce(add));
}
