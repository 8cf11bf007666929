import { materialize } from "../engine/apply.ts";
import { tensor } from "../engine/create.ts";
import { isFloat } from "../engine/dtype.ts";
import { check, TensorError } from "../engine/errors.ts";
import { withPath } from "../engine/trace.ts";
import { jit, trace, traceFunction, valueAndGradient } from "../engine/transforms.ts";
import { flatten, mapTree } from "../engine/tree.ts";
import type { Declaration, TensorMap } from "../interfaces/layer.ts";
import type {
  Chunk,
  ChunkReport,
  Problem,
  Solver,
  Training,
  UpdateRule,
} from "../interfaces/optimizer.ts";
import type { Program } from "../interfaces/program.ts";
import type { Tensor, Tree } from "../interfaces/tensor.ts";
import { add, clip, div, maximum, mul } from "../ops/arithmetic.ts";
import { and } from "../ops/bits.ts";
import { isFinite } from "../ops/compare.ts";
import { gather } from "../ops/gather.ts";
import { foldIn } from "../ops/random.ts";
import { all } from "../ops/reduce.ts";
import { scan } from "../ops/scan.ts";
import { reshape, slice, squeeze } from "../ops/shape.ts";
import { sum } from "../ops/sum.ts";
import { cast, sqrt, square } from "../ops/unary.ts";
import { findFault, type Fault } from "./fault.ts";

/** How a rule is applied to a whole model. */
export interface FirstOrderOptions {
  /** Gradients are scaled down so that their global norm is at most this. */
  readonly clipNorm?: number;
  /** Every element of a gradient is limited to ± this. */
  readonly clipValue?: number;
  /** Other rules, for parameters whose path begins with the given prefix; the longest prefix counts. */
  readonly groups?: { readonly [prefix: string]: UpdateRule };
}

/** Training met a value that is not finite. Parameters and state are as they were before the chunk. */
export class FaultError extends Error {
  override name = "FaultError";
  /** The number of the step, from 1. */
  readonly step: number;
  readonly fault: Fault | undefined;

  constructor(message: string, step: number, fault: Fault | undefined) {
    super(message);
    this.step = step;
    this.fault = fault;
  }
}

/** Makes a solver of an update rule: the rule for all parameters that have no other, in one program a chunk. */
export function firstOrder(rule: UpdateRule, options: FirstOrderOptions = {}): Solver {
  return {
    kind: "@nn/core#firstOrder",
    config: { rule, ...options },
    prepare: (problem) => Promise.resolve(new FirstOrderTraining(problem, rule, options)),
  };
}

/** What the chunk program carries from step to step. */
type Carry = {
  readonly parameters: TensorMap;
  readonly state: TensorMap;
  readonly memory: TensorMap;
};

class FirstOrderTraining implements Training {
  private carry: Carry;
  private readonly problem: Problem;
  private readonly rule: UpdateRule;
  private readonly options: FirstOrderOptions;
  private readonly rules: ReadonlyMap<string, UpdateRule>;
  private readonly distinct: readonly UpdateRule[];
  /** Names of each parameter's optimizer state. */
  private readonly slots = new Map<string, readonly string[]>();
  /** What the steps read and do not change. */
  private readonly fixed: Fixed;
  private readonly advance = jit((carry: Carry, fixed: Fixed, operands: Operands) =>
    this.steps(carry, fixed, operands),
  );

  constructor(problem: Problem, rule: UpdateRule, options: FirstOrderOptions) {
    this.problem = problem;
    this.rule = rule;
    this.options = options;
    const trainable = problem.declarations.filter((declaration) => declaration.trainable);
    check(
      trainable.length > 0,
      () => "fit: the model has no trainable parameter; there is nothing to train",
    );
    this.rules = new Map(
      trainable.map((declaration) => [declaration.path, ruleFor(declaration, rule, options)]),
    );
    this.distinct = [...new Set(this.rules.values())];
    const memory: [string, Tensor][] = [];
    for (const { path } of trainable) {
      const start = this.rules.get(path)!.init(problem.parameters[path]!);
      this.slots.set(path, Object.keys(start));
      for (const name in start)
        memory.push([`${path}/${name}`, materialize(problem.backend, start[name]!)]);
    }
    const { parameters, state, data, key } = problem;
    this.fixed = { frozen: filterMap(parameters, (path) => !this.rules.has(path)), data, key };
    this.carry = {
      parameters: this.trained(parameters),
      state,
      memory: Object.fromEntries(memory),
    };
  }

  get parameters(): TensorMap {
    return { ...this.fixed.frozen, ...this.carry.parameters };
  }

  get state(): TensorMap {
    return this.carry.state;
  }

  get memory(): TensorMap {
    return this.carry.memory;
  }

  restore(parameters: TensorMap, state: TensorMap, memory: TensorMap): void {
    this.carry = { parameters: this.trained(parameters), state, memory };
  }

  async run(chunk: Chunk): Promise<ChunkReport> {
    const operands = this.operands(chunk);
    const result = this.advance(this.carry, this.fixed, operands);
    const [finite, losses, ...partials] = await Promise.all(
      [result.finite, result.losses, ...Object.values(result.partials)].map((output) =>
        output.read(),
      ),
    );
    const names = Object.keys(result.partials);
    for (const output of [result.finite, result.losses, ...Object.values(result.partials)])
      output.dispose();
    const old = this.carry;
    if (!finite![0]) {
      disposeAll(result.carry);
      throw await this.explain(chunk);
    }
    this.carry = result.carry;
    disposeAll(old);
    disposeAll(operands);
    return {
      losses: losses!,
      partials: Object.fromEntries(names.map((name, i) => [name, partials[i]!])),
      rate: this.rule.learningRate.at(chunk.progress.at(-1)!),
    };
  }

  program(chunk: Chunk): Program {
    return trace(
      (carry: Carry, fixed: Fixed, operands: Operands) => this.steps(carry, fixed, operands),
      this.carry,
      this.fixed,
      this.operands(chunk),
    );
  }

  private trained(parameters: TensorMap): TensorMap {
    return filterMap(parameters, (path) => this.rules.has(path));
  }

  private operands(chunk: Chunk): Operands {
    const { backend } = this.problem;
    const steps = chunk.progress.length;
    check(
      chunk.rows.length === steps * chunk.batchSize,
      () => `run: ${chunk.rows.length} row numbers are not ${steps} steps of ${chunk.batchSize}`,
    );
    const rules = this.distinct;
    const rates = new Float64Array(steps * rules.length);
    for (let i = 0; i < rates.length; i++) {
      const rule = rules[i % rules.length]!;
      const progress = chunk.progress[Math.floor(i / rules.length)]!;
      const rate = (rates[i] = rule.learningRate.at(progress));
      if (!Number.isFinite(rate))
        throw new TensorError(
          `${rule.kind}: the learning rate is ${rate} at step ${progress.step + 1}; it must be a finite number`,
        );
    }
    const numbers = Int32Array.from(chunk.progress, (progress) => progress.step + 1);
    const dtype = this.problem.parameters[this.rules.keys().next().value!]!.dtype;
    return {
      rows: tensor(backend, chunk.rows, { shape: [steps, chunk.batchSize] }),
      rates: tensor(backend, rates, { shape: [steps, rules.length], dtype }),
      steps: tensor(backend, numbers),
    };
  }

  /** A chunk: one `scan` over its steps. */
  private steps(carry: Carry, fixed: Fixed, operands: Operands): ChunkResult {
    const [after, seen] = scan(
      (before: Carry, operand: Operands) => this.step(before, fixed, operand),
      carry,
      operands,
    );
    const finite = [seen.loss, ...Object.values(after.parameters)]
      .filter((tensor) => isFloat(tensor.dtype))
      .map((tensor) => all(isFinite(tensor)))
      .reduce(and);
    return {
      carry: after,
      finite: reshape(finite, [1]),
      losses: seen.loss,
      partials: seen.partials,
    };
  }

  /** One step: forward, loss, backward, clipping and update. */
  private step(
    carry: Carry,
    { frozen, data, key }: Fixed,
    operands: Operands,
  ): [Carry, { loss: Tensor; partials: TensorMap }] {
    const batch = mapTree(data, (leaf) => gather(leaf, operands.rows)) as Tree;
    const lossOf = (
      parameters: TensorMap,
      ...[rest, state, rows, stepKey]: [TensorMap, TensorMap, Tree, Tensor]
    ) => {
      const parts = this.problem.loss({ ...rest, ...parameters }, state, rows, stepKey);
      return [parts.loss, parts.state, parts.partials] as const;
    };
    const stepKey = foldIn(key, operands.steps);
    const [[loss, state, partials], raw] = valueAndGradient(lossOf)(
      carry.parameters,
      frozen,
      carry.state,
      batch,
      stepKey,
    );
    const gradients = withPath([loss], "clip", () => limited(raw, this.options));
    const parameters: Record<string, Tensor> = {};
    const memory: Record<string, Tensor> = {};
    for (const [path, rule] of this.rules) {
      const parameter = carry.parameters[path]!;
      withPath([parameter, loss], `update/${path}`, () => {
        const names = this.slots.get(path)!;
        const updated = rule.update({
          parameter,
          gradient: gradients[path]!,
          state: Object.fromEntries(names.map((name) => [name, carry.memory[`${path}/${name}`]!])),
          rate: cast(
            reshape(slice(operands.rates, [this.distinct.indexOf(rule)], [1]), []),
            parameter.dtype,
          ),
          step: cast(operands.steps, parameter.dtype),
        });
        parameters[path] = updated.parameter;
        for (const name of names) memory[`${path}/${name}`] = updated.state[name]!;
      });
    }
    const observed = withPath([loss], "observe", () =>
      this.problem.observe?.({ parameters: { ...frozen, ...carry.parameters }, gradients }),
    );
    return [
      { parameters, state, memory },
      { loss, partials: { ...partials, ...observed } },
    ];
  }

  /** Repeats a chunk step by step from its start, to say which step went wrong, and in which layer. */
  private async explain(chunk: Chunk): Promise<FaultError> {
    const { backend } = this.problem;
    const { fixed } = this;
    let { carry } = this;
    for (const [i, progress] of chunk.progress.entries()) {
      const rows = chunk.rows.subarray(i * chunk.batchSize, (i + 1) * chunk.batchSize);
      const operands = this.operands({ rows, batchSize: chunk.batchSize, progress: [progress] });
      const result = this.advance(carry, fixed, operands);
      if ((await result.finite.read())[0]) {
        carry = result.carry;
        continue;
      }
      const [loss] = await result.losses.read();
      const single = mapTree(operands, (operand) => squeeze(operand, [0])) as Operands;
      const args: [Carry, Fixed, Operands] = [carry, fixed, single];
      const { program, captured } = traceFunction((...all) => this.step(...all), args);
      const fault = await findFault(backend, program, [...flatten(args).leaves, ...captured]);
      const where = fault
        ? `; the first such value comes from ${fault.operation} in '${fault.path || "the data"}'`
        : "";
      return new FaultError(
        `fit: step ${progress.step + 1} is not finite (loss ${loss})${where}. Parameters are as they were before step ` +
          `${chunk.progress[0]!.step + 1}; lower the learning rate, clip gradients, or look at the data`,
        progress.step + 1,
        fault,
      );
    }
    return new FaultError(
      "fit: a value was not finite, but not when its steps were repeated one by one",
      0,
      undefined,
    );
  }
}

type Fixed = { readonly frozen: TensorMap; readonly data: Tree; readonly key: Tensor };
/** What a chunk is told: one row a step. */
type Operands = { readonly rows: Tensor; readonly rates: Tensor; readonly steps: Tensor };
type ChunkResult = {
  readonly carry: Carry;
  /** Whether all losses and parameters are finite, bool[1]. */
  readonly finite: Tensor;
  readonly losses: Tensor;
  readonly partials: TensorMap;
};

function ruleFor(
  declaration: Declaration,
  rule: UpdateRule,
  { groups = {} }: FirstOrderOptions,
): UpdateRule {
  const prefix = Object.keys(groups)
    .filter((name) => declaration.path.startsWith(name))
    .sort((a, b) => b.length - a.length)[0];
  return declaration.optimizer ?? (prefix === undefined ? rule : groups[prefix]!);
}

function limited(gradients: TensorMap, { clipNorm, clipValue }: FirstOrderOptions): TensorMap {
  let result = gradients;
  if (clipValue !== undefined)
    result = mapTree(result, (g) => clip(g, -clipValue, clipValue)) as TensorMap;
  if (clipNorm === undefined) return result;
  const squares = Object.values(result).map((gradient) => cast(sum(square(gradient)), "f32"));
  const factor = div(clipNorm, maximum(sqrt(squares.reduce(add)), clipNorm));
  return mapTree(result, (g) => mul(g, cast(factor, g.dtype))) as TensorMap;
}

function filterMap(map: TensorMap, keep: (path: string) => boolean): TensorMap {
  return Object.fromEntries(Object.entries(map).filter(([path]) => keep(path)));
}

function disposeAll(tree: Tree): void {
  for (const leaf of flatten(tree).leaves) leaf.dispose();
}
