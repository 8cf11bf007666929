import {
  cast,
  check,
  type Chunk,
  type ChunkReport,
  type Config,
  type Declaration,
  equal,
  flatten,
  foldIn,
  gather,
  jit,
  mapTree,
  place,
  type Problem,
  reshape,
  loop,
  showType,
  slice,
  type Solver,
  tensor,
  type Tensor,
  type TensorMap,
  trace,
  type Training,
  type Tree,
  type UpdateRule,
  valueAndGradient,
  withPath,
} from "@nn/core";
import { healthOf } from "./health.ts";

/** What the chunk program carries from step to step. */
export type Carry = {
  readonly parameters: TensorMap;
  readonly state: TensorMap;
  readonly memory: TensorMap;
};
/** What the steps read and do not change. */
export type Fixed = { readonly frozen: TensorMap; readonly data: Tree; readonly key: Tensor };
/** What a chunk is told: one row a step. */
export type Operands = { readonly rows: Tensor; readonly rates: Tensor; readonly steps: Tensor };
export type ChunkResult = {
  readonly carry: Carry;
  /** Whether all losses and everything that is carried is finite, bool[1]. */
  readonly finite: Tensor;
  readonly losses: Tensor;
  readonly partials: TensorMap;
};

/** How a rule is applied to a whole model. */
export interface Application {
  /** The rules of parameters; by default their own, or the one for all. */
  rulesFor?(trainable: readonly Declaration[]): ReadonlyMap<string, UpdateRule>;
  /** Changes gradients before rules see them. Traced. */
  limit?(gradients: TensorMap): TensorMap;
}

/** A solver that applies a rule to all parameters that have none of their own. A chunk of steps is one program. */
export function ruleSolver(rule: UpdateRule, config: Config = {}, how: Application = {}): Solver {
  return {
    kind: "@nn/trainer#firstOrder",
    config: { rule, ...config },
    prepare: (problem) => prepareTraining(problem, rule, how),
  };
}

async function prepareTraining(
  problem: Problem,
  rule: UpdateRule,
  { rulesFor, limit }: Application,
): Promise<Training> {
  const { backend } = problem;
  const trainable = problem.declarations.filter((declaration) => declaration.trainable);
  check(
    trainable.length > 0,
    () => "fit: the model has no trainable parameter; there is nothing to train",
  );
  const rules: ReadonlyMap<string, UpdateRule> =
    rulesFor?.(trainable) ??
    new Map(trainable.map(({ path, optimizer }) => [path, optimizer ?? rule]));
  const distinct = [...new Set(rules.values())];
  /** Names of each parameter's optimizer state. */
  const slots = new Map<string, readonly string[]>();
  const memory: Record<string, Tensor> = {};
  for (const [path, own] of rules) {
    const start = own.init(problem.parameters[path]!);
    slots.set(path, Object.keys(start));
    for (const name in start) memory[`${path}/${name}`] = await place(backend, start[name]!);
  }
  const split = (map: TensorMap, isTrained: boolean): TensorMap =>
    Object.fromEntries(Object.entries(map).filter(([path]) => rules.has(path) === isTrained));
  const fixed: Fixed = {
    frozen: split(problem.parameters, false),
    data: problem.data,
    key: problem.key,
  };
  let carry: Carry = { parameters: split(problem.parameters, true), state: problem.state, memory };

  /** One step: forward, loss, backward, clipping and update. */
  const step = (
    before: Carry,
    { frozen, data, key }: Fixed,
    { rows, rates, steps }: Operands,
  ): [Carry, { loss: Tensor; health: Tensor; partials: TensorMap }] => {
    const batch = mapTree(data, (leaf) => gather(leaf, rows)) as Tree;
    const lossOf = (trained: TensorMap, rest: TensorMap, state: TensorMap, x: Tree, k: Tensor) => {
      const parts = problem.loss({ ...rest, ...trained }, state, x, k);
      return [parts.loss, parts.state, parts.partials] as const;
    };
    const differentiate = valueAndGradient(lossOf);
    const random = foldIn(key, steps);
    const [[loss, state, partials], raw] = differentiate(
      before.parameters,
      frozen,
      before.state,
      batch,
      random,
    );
    // Checked here, since an update rule may make a finite step of a gradient that is not.
    const health = withPath([loss], "check", () => healthOf(Object.values(raw)));
    const gradients = withPath([loss], "clip", () => limit?.(raw) ?? raw);
    const parameters: Record<string, Tensor> = {};
    const next: Record<string, Tensor> = {};
    for (const [path, own] of rules) {
      const parameter = before.parameters[path]!;
      const names = slots.get(path)!;
      withPath([parameter, loss], `update/${path}`, () => {
        const rate = reshape(slice(rates, [distinct.indexOf(own)], [1]), []);
        const updated = own.update({
          parameter,
          gradient: gradients[path]!,
          state: Object.fromEntries(names.map((name) => [name, before.memory[`${path}/${name}`]!])),
          rate: cast(rate, parameter.dtype),
          step: cast(steps, parameter.dtype),
        });
        parameters[path] = updated.parameter;
        for (const name of names) next[`${path}/${name}`] = updated.state[name]!;
      });
    }
    const observed = withPath([loss], "observe", () =>
      problem.observe?.({ parameters: { ...frozen, ...before.parameters }, gradients }),
    );
    return [
      { parameters, state, memory: next },
      { loss, health, partials: { ...partials, ...observed } },
    ];
  };

  /** A chunk: one loop over its steps. */
  const runSteps = (before: Carry, constant: Fixed, operands: Operands): ChunkResult => {
    const [after, { loss: losses, health, partials }] = loop(
      (current: Carry, operand: Operands) => step(current, constant, operand),
      before,
      operands,
    );
    const finite = healthOf([losses, health, ...flatten(after).leaves]);
    return { carry: after, finite: reshape(equal(finite, 0), [1]), losses, partials };
  };
  const advance = jit(runSteps);
  const copy = jit((values: Carry) => values);

  const fixedFor = ({ data }: Chunk): Fixed => (data ? { ...fixed, data } : fixed);
  const operandsOf = (chunk: Chunk): Operands => {
    const steps = chunk.progress.length;
    const rates = new Float64Array(steps * distinct.length);
    let at = 0;
    for (const progress of chunk.progress)
      for (const { kind, learningRate } of distinct) {
        const rate = (rates[at++] = learningRate.at(progress));
        check(
          Number.isFinite(rate),
          () =>
            `${kind}: the learning rate is ${rate} at step ${progress.step + 1}; it must be a finite number`,
        );
      }
    const numbers = Int32Array.from(chunk.progress, (progress) => progress.step + 1);
    return {
      rows: tensor(backend, chunk.rows, { shape: [steps, chunk.batchSize] }),
      rates: tensor(backend, rates, {
        shape: [steps, distinct.length],
        dtype: problem.parameters[trainable[0]!.path]!.dtype,
      }),
      steps: tensor(backend, numbers),
    };
  };

  return {
    get parameters() {
      return { ...fixed.frozen, ...carry.parameters };
    },
    get state() {
      return carry.state;
    },
    get memory() {
      return carry.memory;
    },
    restore(parameters, state, restored) {
      const before = carry;
      const wanted: Carry = { parameters: split(parameters, true), state, memory: restored };
      checkSameTypes(wanted, before);
      carry = copy(wanted);
      disposeAll(before);
    },
    program: (chunk) => trace(runSteps, carry, fixedFor(chunk), operandsOf(chunk)),
    async run(chunk): Promise<ChunkReport> {
      const operands = operandsOf(chunk);
      const rate = rule.learningRate.at(chunk.progress.at(-1)!);
      const { finite, losses, partials, carry: after } = advance(carry, fixedFor(chunk), operands);
      const seen = [finite, losses, ...Object.values(partials)];
      const [isFinite, lossValues, ...values] = await Promise.all(seen.map((it) => it.read()));
      disposeAll(seen);
      disposeAll(operands);
      if (!isFinite![0]) {
        disposeAll(after);
        const { explainFault } = await import("./explain-fault.ts");
        throw await explainFault(chunk, {
          step,
          advance,
          operandsOf,
          carry,
          fixed: fixedFor(chunk),
        });
      }
      disposeAll(carry);
      carry = after;
      return {
        losses: lossValues!,
        partials: Object.fromEntries(Object.keys(partials).map((name, i) => [name, values[i]!])),
        rate,
      };
    },
  };
}

/** Refuses to go back to what a carry cannot be. */
function checkSameTypes(given: Carry, expected: Carry): void {
  const typesOf = (carry: Carry): readonly string[] => {
    const { paths, leaves } = flatten(carry);
    return paths.map((path, i) => `'${path}', ${showType(leaves[i]!)}`);
  };
  const [has, needs] = [typesOf(given), typesOf(expected)];
  for (const type of needs)
    check(has.includes(type), () => `restore: expected ${type}, which is not there`);
  for (const type of has)
    check(needs.includes(type), () => `restore: ${type} is not in this training run`);
}

function disposeAll(tree: Tree): void {
  for (const leaf of flatten(tree).leaves) leaf.dispose();
}
