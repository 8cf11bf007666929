import {
  applyModel,
  type Backend,
  type Callback,
  type DType,
  describe,
  firstOrder,
  foldIn,
  initialize,
  jit,
  type Layer,
  type Loss,
  mapTree,
  type Metric,
  place as placeTensor,
  type Probe,
  randomKey,
  type Solver,
  type Tensor,
  TensorError,
  type TensorMap,
  type Training,
  type Tree,
  type UpdateRule,
  type Variables,
  zeros,
} from "@nn/core";
import { Chunks } from "./chunks.ts";
import { type Batch, type DataSet, type Resident, uploadSet } from "./data.ts";
import { type Evaluation, evaluationRows, evaluator } from "./evaluate.ts";
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

/** The options of `fit` with defaults filled in, whatever their types were. */
export interface Settings {
  readonly backend: Backend;
  readonly model: Layer<Tree, Tree>;
  readonly objective: Objective;
  readonly callbacks: readonly Callback[];
  readonly epochs: number;
  readonly dtype: DType;
}

/** A run that is about to begin. */
export interface Prepared {
  readonly settings: Settings;
  readonly training: Training;
  readonly chunks: Chunks;
  readonly data: Resident<Batch>;
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
  const { backend, epochs, batchSize = 32, shuffle = true, seed = 0, dtype = "f32" } = options;
  const { callbacks = [], optimizer } = options;
  expect(typeof backend?.executable === "function", "backend", "a backend such as js()", backend);
  expect(isLayer(options.model), "model", "a layer such as dense(1)", options.model);
  expect(typeof options.loss?.values === "function", "loss", "a loss such as mse()", options.loss);
  const isOptimizer =
    typeof optimizer === "object" && ("prepare" in optimizer || "update" in optimizer);
  expect(isOptimizer, "optimizer", "an update rule such as sgd(), or a solver", optimizer);
  expect(isCount(epochs), "epochs", "a whole number from 1", epochs);
  expect(isCount(batchSize), "batchSize", "a whole number from 1", batchSize);
  const objective = { loss: options.loss, metrics: options.metrics ?? [] } as unknown as Objective;
  const model = options.model as unknown as Layer<Tree, Tree>;
  const names = objective.metrics.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  expect(repeated === undefined, "metrics", "one name each", repeated);

  const resident: Resident<Batch>[] = [];
  const place = (name: string, set: DataSet): Resident<Batch> => {
    const data = uploadSet(`fit: ${name}`, backend, set, dtype);
    resident.push(data);
    return data;
  };
  const release = (): void => resident.forEach((data) => data.release());
  try {
    const data = place("data", options.data);
    const validation = options.validation && place("validation", options.validation);
    const { rows } = data;
    const size = Math.min(batchSize, rows);
    const example = mapTree(data.tree.inputs, (leaf) =>
      zeros([size, ...leaf.shape.slice(1)], leaf.dtype),
    );
    const { declarations } = describe(model, example as Tree, dtype);
    const { parameters, state } = options.variables
      ? copy(
          options.variables,
          declarations.map(({ path }) => path),
        )
      : initialize(backend, declarations, seed);
    const probes = callbacks.flatMap((callback) => callback.probes ?? []);
    const solver = "prepare" in optimizer ? optimizer : firstOrder(optimizer);
    const training = await solver.prepare({
      backend,
      declarations,
      parameters,
      state,
      data: data.tree,
      key: await placeTensor(backend, foldIn(randomKey(seed), "fit")),
      loss(parameters, state, batch, key) {
        const { inputs } = batch as Batch;
        const pass = applyModel(model, { parameters, state }, inputs, { training: true, key });
        return { ...judge(objective, pass.output, batch as Batch), state: pass.state };
      },
      ...(objective.loss.residuals && {
        residuals(parameters: TensorMap, state: TensorMap, batch: Tree, key: Tensor) {
          const { inputs, targets } = batch as Batch;
          const pass = applyModel(model, { parameters, state }, inputs, { training: true, key });
          return objective.loss.residuals!(pass.output, targets);
        },
      }),
      ...(probes.length > 0 && {
        observe: (step) =>
          Object.fromEntries(probes.map((probe) => [`probe/${probe.name}`, probe.measure(step)])),
      }),
    });
    const chunks = new Chunks({ rows, batchSize: size, epochs, shuffle, seed });
    const settings = { backend, model, objective, callbacks, epochs, dtype };
    const validate = validation && evaluator(model, objective, validation, evaluationRows);
    return { settings, training, chunks, data, probes, validate, release };
  } catch (error) {
    release();
    throw error;
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Functions have an `apply` too: a factory is no layer yet. */
function isLayer(value: unknown): boolean {
  return typeof value === "object" && value !== null && "apply" in value;
}

function expect(condition: boolean, name: string, expected: string, received: unknown): void {
  if (condition) return;
  const shown = typeof received === "function" ? "a function" : String(received);
  throw new TensorError(`fit: ${name} must be ${expected}, got ${shown}`);
}

/** New tensors with the same values, which a solver may donate. */
function copy({ parameters, state }: Variables, paths: readonly string[]): Variables {
  const missing = paths.find((path) => !parameters[path] && !state[path]);
  if (missing !== undefined)
    throw new TensorError(
      `fit: variables lack '${missing}', which the model needs; pass those of the same model, or leave them out`,
    );
  const same = jit(
    (...[parameters, state]: [TensorMap, TensorMap]) => [parameters, state] as const,
  );
  const [first, second] = same(parameters, state);
  return { parameters: first, state: second };
}
