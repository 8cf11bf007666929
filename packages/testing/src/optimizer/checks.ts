import {
  defineBackend,
  jit,
  mul,
  place,
  showType,
  sub,
  sum,
  tensor,
  gradient as gradientOf,
  type Backend,
  type DType,
  type Tensor,
  type TensorMap,
  type TypedArray,
} from "@nn/core";
import { expectThat, type Check, type Outcome } from "../check.ts";
import { checkDescription, reloaded } from "../described.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { numbers, ratesOf, start, stepOf, steps, type Moving, type Way } from "./run.ts";
import type { OptimizerSpec } from "./spec.ts";

type Rule = (spec: OptimizerSpec, backend: Backend, dtype: DType) => Promise<Outcome | void>;

/** All checks of `testOptimizer` as a list, to be run by other means than vitest; see `runChecks`. */
export function optimizerChecks(spec: OptimizerSpec): readonly Check[] {
  const { dtypes = ["f32", "f64"] } = spec;
  const rules: readonly [string, Rule][] = [
    ["keeps the types of parameter and state", keepsTypes],
    ["comes closer to the minimum of a quadratic", decreases],
    ["does the same step by step, compiled, and in a loop", isOneFunction],
    ["takes rate and number of the step as operands", takesOperands],
    ["uses the state that it declares", usesState],
    ["treats a gradient of zero as it says", treatsZero],
    ["continues from saved state to the same bits", continues],
    ["keeps parameters and instances apart", keepsApart],
  ];
  const all = dtypes.flatMap((dtype) =>
    rules.map(([name, rule]): Check => ({
      name: `${name}, ${dtype}`,
      async run() {
        const backend = await (spec.backend ?? referenceBackend)();
        if (backend.dtypes.includes(dtype)) return rule(spec, backend, dtype);
        return { cases: 0, notTested: [`${name}: the backend has no ${dtype}`] };
      },
    })),
  );
  return [
    { name: "says what it is, and can be made again from JSON", run: async () => checkJson(spec) },
    ...all,
  ];
}

function checkJson(spec: OptimizerSpec): void {
  const rule = spec.make();
  checkDescription(rule, spec.plugins);
  checkDescription(rule.learningRate, [...spec.plugins]);
  const [before, after] = [rule, reloaded(rule, spec.plugins)].map((one) =>
    ratesOf(one, 20).join(),
  );
  expectThat(
    before === after,
    () => `its rates are ${before}, and ${after} when made again from JSON`,
  );
  expectThat(ratesOf(rule, 20).every(Number.isFinite), () => `its rates are not finite: ${before}`);
}

const keepsTypes: Rule = async (spec, backend, dtype) => {
  for (const shape of [[], [3], [2, 3], [0]]) {
    const rule = spec.make();
    const before = await start(backend, rule, { shape, dtype });
    const after = steps(backend, rule, before, [numbers(backend, { shape, dtype }, 2)]);
    const spell = ({ parameter, state }: Moving): string =>
      [
        showType(parameter),
        ...Object.keys(state)
          .sort()
          .map((name) => `${name} ${showType(state[name]!)}`),
      ].join(", ");
    expectThat(
      spell(after) === spell(before),
      () => `a step makes ${spell(after)} of ${spell(before)}`,
    );
  }
};

/** Σ scale · (x - target)² / 2, with scales from 0.5 to 1.5. */
const decreases: Rule = async (spec, backend, dtype) => {
  const { steps: count = 200 } = spec;
  const rule = spec.make();
  const type = { shape: [4], dtype };
  const target = numbers(backend, type, 9);
  const scale = tensor(backend, [0.5, 0.8, 1.2, 1.5], { dtype });
  const loss = (x: Tensor): Tensor =>
    mul(sum(mul(scale, mul(sub(x, target), sub(x, target)))), 0.5);
  const rates = ratesOf(rule, count);
  const step = jit((moving: Moving, rate: Tensor, number: Tensor) =>
    stepOf(rule)(moving, gradientOf(loss)(moving.parameter), rate, number),
  );
  let moving = await start(backend, rule, type);
  const [first] = await loss(moving.parameter).read();
  for (let i = 0; i < count; i++) {
    const [rate, number] = [rates[i]!, i + 1].map((x) => tensor(backend, x, { dtype, shape: [] }));
    moving = step(moving, rate!, number!);
  }
  const [last] = await loss(moving.parameter).read();
  expectThat(
    last! < first! / 10,
    () =>
      `after ${count} steps the loss is ${last}, from ${first}; say how many it takes in \`steps\``,
  );
};

const isOneFunction: Rule = async (spec, backend, dtype) => {
  const { from, gradients } = await given(spec, backend, dtype);
  const ways: readonly Way[] = ["one by one", "compiled", "in a loop"];
  const results = ways.map((way) => {
    const rule = spec.make();
    steps(backend, rule, from, gradients.toReversed(), way);
    return steps(backend, rule, from, gradients, way);
  });
  for (const [i, way] of ways.entries())
    await expectSame(
      backend,
      results[i]!,
      results[0]!,
      `steps ${way}, compared with operation by operation,`,
    );
};

const usesState: Rule = async (spec, backend, dtype) => {
  const { from, gradients } = await given(spec, backend, dtype);
  const { state } = steps(backend, spec.make(), from, gradients);
  for (const [name, first] of Object.entries(from.state)) {
    const [before, after] = [await first.read(), await elements(backend, state[name]!)];
    expectThat(
      after.some((x, i) => x !== before[i]),
      () => `state ${name} is after ${gradients.length} steps what it was before`,
    );
  }
};

const takesOperands: Rule = async (spec, backend, dtype) => {
  let compiled = 0;
  const counting = defineBackend({
    ...backend,
    compile(program) {
      compiled++;
      return backend.compile(program);
    },
  });
  const rule = spec.make();
  const { from, gradients } = await given(spec, counting, dtype);
  const once = jit(stepOf(rule));
  const at = (rate: number, number: number): Moving => {
    const [r, n] = [rate, number].map((x) => tensor(counting, x, { dtype, shape: [] }));
    return once(from, gradients[0]!, r!, n!);
  };
  const before = compiled;
  const small = at(0.001, 1);
  const perStep = compiled - before;
  const large = at(0.1, 1);
  at(0.2, 7);
  expectThat(
    compiled === before + perStep,
    () => `${compiled - before} programs are compiled for three rates instead of ${perStep}`,
  );
  const [origin, near, far] = await Promise.all(
    [from, small, large].map(({ parameter }) => parameter.read()),
  );
  const distance = (to: ArrayLike<number>): number =>
    Math.max(...Array.from(to, (x, i) => Math.abs(x - origin![i]!)));
  expectThat(
    distance(far!) > 10 * distance(near!),
    () =>
      `a rate of 0.001 moves the parameter by ${distance(near!)}, a rate of 0.1 by ${distance(far!)}; use the rate it is given`,
  );
};

const treatsZero: Rule = async (spec, backend, dtype) => {
  const { zeroGradient = "stays" } = spec;
  const type = { shape: [3], dtype };
  const rule = spec.make();
  const from = await start(backend, rule, type);
  const zero = tensor(backend, [0, 0, 0], { dtype });
  const { parameter } = steps(backend, rule, from, [zero]);
  const [before, after] = [await from.parameter.read(), await parameter.read()];
  const stays = after.every((x, i) => x === before[i]);
  expectThat(
    after.every(Number.isFinite),
    () => `a gradient of zero makes [${after}] of [${before}]`,
  );
  expectThat(
    stays === (zeroGradient === "stays"),
    () =>
      `a gradient of zero ${stays ? "leaves the parameter alone" : `makes [${after}] of [${before}]`}; the spec says it ${zeroGradient}`,
  );
};

const continues: Rule = async (spec, backend, dtype) => {
  const { from, gradients } = await given(spec, backend, dtype);
  const whole = steps(backend, spec.make(), from, gradients);
  const half = steps(backend, spec.make(), from, gradients.slice(0, 3));
  const copy = async (x: Tensor): Promise<Tensor> =>
    tensor(backend, await x.read(), { shape: x.shape, dtype });
  const state: [string, Tensor][] = [];
  for (const [name, value] of Object.entries(half.state)) state.push([name, await copy(value)]);
  const saved = {
    parameter: await copy(half.parameter),
    state: Object.fromEntries(state) as TensorMap,
  };
  const rule = reloaded(spec.make(), spec.plugins);
  await expectSame(
    backend,
    steps(backend, rule, saved, gradients.slice(3), "compiled", 4),
    whole,
    "a run that is continued",
  );
};

const keepsApart: Rule = async (spec, backend, dtype) => {
  const [rule, other] = [spec.make(), spec.make()];
  const { from, gradients } = await given(spec, backend, dtype);
  const beside = await start(backend, rule, { shape: [2, 2], dtype }, 5);
  const noise = gradients.map((_, i) => numbers(backend, { shape: [2, 2], dtype }, 50 + i));
  const alone = steps(backend, spec.make(), from, gradients);
  let [one, two, three] = [from, beside, from];
  gradients.forEach((gradient, i) => {
    one = steps(backend, rule, one, [gradient], "compiled", i + 1);
    two = steps(backend, rule, two, [noise[i]!], "compiled", i + 1);
    three = steps(backend, other, three, [gradient], "compiled", i + 1);
  });
  await expectSame(backend, one, alone, "a parameter beside another one");
  await expectSame(backend, three, alone, "a parameter beside another instance of the rule");
};

/** A parameter, and gradients for six steps. */
async function given(
  spec: OptimizerSpec,
  backend: Backend,
  dtype: DType,
): Promise<{ from: Moving; gradients: Tensor[] }> {
  const type = { shape: [5], dtype };
  const gradients = Array.from({ length: 6 }, (_, i) => numbers(backend, type, 30 + i));
  return { from: await start(backend, spec.make(), type), gradients };
}

/** A rule may return constants, which are on no backend. */
async function elements(backend: Backend, x: Tensor): Promise<TypedArray> {
  return (await place(backend, x)).read();
}

async function expectSame(
  backend: Backend,
  actual: Moving,
  expected: Moving,
  what: string,
): Promise<void> {
  const names = Object.keys(expected.state).sort();
  const parts = (moving: Moving): Tensor[] => [
    moving.parameter,
    ...names.map((name) => moving.state[name]!),
  ];
  for (const [i, one] of parts(expected).entries()) {
    const [right, got] = await Promise.all([
      elements(backend, one),
      elements(backend, parts(actual)[i]!),
    ]);
    expectThat(
      right.every((x, e) => Object.is(x, got[e])),
      () =>
        `${what} gives ${i === 0 ? "the parameter" : names[i - 1]} [${got}], expected [${right}]`,
    );
  }
}
