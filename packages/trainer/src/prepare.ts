import {
  applyModel,
  type Backend,
  type Callback,
  check,
  type Declaration,
  describe,
  type DType,
  foldIn,
  initialize,
  jit,
  type Layer,
  type Loss,
  mapTree,
  type Metric,
  mul,
  place,
  type Probe,
  type Problem,
  randomKey,
  reshape,
  type Solver,
  sqrt,
  type Tensor,
  type TensorMap,
  type Training,
  type Tree,
  type UpdateRule,
  type Variables,
  zeros,
} from "@nn/core";
import { type Chunks, newChunks } from "./chunks.ts";
import { type Batch, type DataSet, type Resident, uploadSet } from "./data.ts";
import { evaluationRows, evaluator, isCount } from "./evaluate.ts";
import type { Evaluation } from "./figures.ts";
import { firstOrder } from "./first-order.ts";
import { judge, type Objective } from "./objective.ts";

/** What `fit` is told. */
export interface FitOptions<In extends Tree, Out extends Tree, Target extends Tree> {
  /** Where to compute, such as `js()`. */
  readonly backend: Backend;
  readonly model: Layer<In, Out>;
  readonly data: DataSet;
  readonly loss: Loss<Out, Target>;
  /** How parameters follow their gradients, or a solver that does all of it. */
  readonly optimizer: UpdateRule | Solver;
  /** How many times to go through the data. */
  readonly epochs: number;
  /** Examples a step, 32 by default; at most all of them. The last batch of an epoch holds what is left. */
  readonly batchSize?: number;
  /** Whether every epoch has an order of its own; true by default. */
  readonly shuffle?: boolean;
  /** Fixes first values, shuffling and everything random in the model; 0 by default. */
  readonly seed?: number;
  /** What parameters and numbers in the data are held in; f32 by default. */
  readonly dtype?: DType;
  /** Figures to accumulate besides the loss. */
  readonly metrics?: readonly Metric<Out, Target>[];
  /** Data to evaluate on after every epoch. */
  readonly validation?: DataSet;
  readonly callbacks?: readonly Callback[];
  /** Ends training between two chunks of steps, about 10 ms each; nothing that has been learned is lost. */
  readonly signal?: AbortSignal;
  /** Where to start, as from an earlier result, instead of drawing first values. They are copied. */
  readonly variables?: Variables;
}

/** A run that is about to begin. */
export interface Prepared {
  readonly training: Training;
  readonly chunks: Chunks;
  readonly data: Resident<Batch>;
  readonly objective: Objective;
  readonly probes: readonly Probe[];
  /** Evaluates on the validation data, where there is some. */
  readonly validate: ((variables: Variables) => Promise<Evaluation>) | undefined;
  /** Gives back the data that was uploaded. */
  release(): void;
}

/** Checks the options, puts the data on the backend and draws the first values. */
export async function prepare<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): Promise<Prepared> {
  checkOptions(options);
  const { backend, epochs, optimizer, shuffle = true, seed = 0, dtype = "f32" } = options;
  const objective = { loss: options.loss, metrics: options.metrics ?? [] } as unknown as Objective;
  const model = options.model as unknown as Layer<Tree, Tree>;
  const resident: Resident<Batch>[] = [];
  const upload = async (name: string, set: DataSet): Promise<Resident<Batch>> => {
    const data = await uploadSet(`fit: ${name}`, backend, set, dtype);
    resident.push(data);
    return data;
  };
  const release = (): void => resident.forEach((data) => data.release());
  try {
    const data = await upload("data", options.data);
    const validation = options.validation && (await upload("validation", options.validation));
    const batchSize = Math.min(options.batchSize ?? 32, data.rows);
    const batch = mapTree(data.tree.inputs, ({ shape, dtype }) =>
      zeros([batchSize, ...shape.slice(1)], dtype),
    );
    const { declarations } = describe(model, batch as Tree, dtype);
    const start = options.variables
      ? copy(options.variables, declarations)
      : initialize(backend, declarations, seed);
    const probes = options.callbacks?.flatMap((callback) => callback.probes ?? []) ?? [];
    const solver = "prepare" in optimizer ? optimizer : firstOrder(optimizer);
    const training = await solver.prepare({
      backend,
      declarations,
      ...start,
      data: data.tree,
      key: await place(backend, foldIn(randomKey(seed), "fit")),
      ...tracedParts(model, objective, probes),
    });
    const chunks = newChunks({ rows: data.rows, batchSize, epochs, shuffle, seed });
    const validate = validation && evaluator(model, objective, validation, evaluationRows);
    return { training, chunks, data, objective, probes, validate, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** The parts of a problem that become programs. */
function tracedParts(
  model: Layer<Tree, Tree>,
  objective: Objective,
  probes: readonly Probe[],
): Pick<Problem, "loss" | "residuals" | "observe"> {
  const pass = (parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor) =>
    applyModel(model, { parameters, state }, (batch as Batch).inputs, { training: true, key });
  const { loss } = objective;
  return {
    loss(parameters, state, batch, key) {
      const { output, state: next } = pass(parameters, state, batch, key);
      return { ...judge(objective, output, batch as Batch), state: next };
    },
    ...(loss.residuals && {
      residuals(parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor) {
        const { targets, weights } = batch as Batch;
        const rows = loss.residuals!(pass(parameters, state, batch, key).output, targets);
        return weights ? mul(rows, reshape(sqrt(weights), [weights.size, 1])) : rows;
      },
    }),
    ...(probes.length > 0 && {
      observe: (step) =>
        Object.fromEntries(probes.map((probe) => [`probe/${probe.name}`, probe.measure(step)])),
    }),
  };
}

function checkOptions<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
): void {
  const checkOption = (name: keyof typeof options, expected: string, isValid: boolean): void => {
    const received = options[name];
    const shown = typeof received === "function" ? "a function" : String(received);
    check(isValid, () => `fit: ${name} must be ${expected}, got ${shown}`);
  };
  // Functions have an `apply` too, but a factory is no layer yet.
  const has = (value: unknown, ...methods: string[]): boolean =>
    typeof value === "object" && value !== null && methods.some((method) => method in value);
  const { backend, model, loss, optimizer, epochs, batchSize = 1, metrics = [] } = options;
  checkOption("backend", "a backend such as js()", has(backend, "executable"));
  checkOption("model", "a layer such as dense(1)", has(model, "apply"));
  checkOption("loss", "a loss such as mse()", has(loss, "values"));
  checkOption("optimizer", "an update rule such as sgd()", has(optimizer, "update", "prepare"));
  checkOption("epochs", "a whole number from 1", isCount(epochs));
  checkOption("batchSize", "a whole number from 1", isCount(batchSize));
  const names = ["loss", ...metrics.map(({ name }) => name)];
  check(
    new Set(names).size === names.length,
    () => `fit: every figure needs a name of its own, got ${names.join(", ")}`,
  );
}

/** New tensors with the same values, which a solver may donate. */
function copy({ parameters, state }: Variables, declarations: readonly Declaration[]): Variables {
  for (const { path } of declarations)
    check(
      parameters[path] ?? state[path],
      () =>
        `fit: variables lack '${path}', which the model needs; pass those of the same model, or leave them out`,
    );
  return jit((variables: { parameters: TensorMap; state: TensorMap }) => variables)({
    parameters,
    state,
  });
}
