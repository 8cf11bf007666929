import {
  flatten,
  gradient,
  jit,
  mean,
  square,
  sum,
  tensor,
  type Backend,
  type Loss,
  type Plugin,
  type Tree,
} from "@nn/core";
import { expectThat, untested, type Check, type Outcome } from "../check.ts";
import { checkDescription, reloaded } from "../described.ts";
import { checkGradient } from "../gradient/finite-differences.ts";
import { inputFor, isExample, valueOf, valuesOf, type ExampleInputs } from "../layer/spec.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { register } from "../register.ts";
import { margin } from "../tolerance.ts";

/** A loss, and what it takes. */
export interface LossSpec {
  /** Makes the loss; each call gives another one. */
  make(): Loss<Tree, Tree>;
  /** The prediction for one example, without the batch axis; elements stay away from kinks. */
  readonly prediction: ExampleInputs;
  /** The target for one example; class numbers as `{ shape: [], dtype: "i32", element: (r) => Math.floor(3 * r) }`. */
  readonly target: ExampleInputs;
  /** What makes it again from JSON. */
  readonly plugins: readonly Plugin[];
  /** The largest magnitude of predictions at which value and gradient are finite in f32; 1e4 by default. */
  readonly finiteUpTo?: number;
  /** Losses of the examples that `prediction` and `target` here have, computed by other means. */
  readonly known?: readonly {
    readonly prediction: readonly number[][];
    readonly target: readonly number[][];
    readonly values: readonly number[];
  }[];
  /** Where to run it; the kit's reference by default. */
  readonly backend?: () => Backend | Promise<Backend>;
}

/**
 * Tests a loss: one value an example, gradients against finite differences in f64, residuals whose mean square is the
 * value, finite values and gradients for large predictions, and its way through JSON.
 *
 * ```ts
 * testLoss("mse", { make: () => mse(), prediction: { shape: [2] }, target: { shape: [2] }, plugins });
 * ```
 */
export function testLoss(name: string, spec: LossSpec): void {
  register(name, { loss: lossChecks(spec) }, { timeout: 120_000 });
}

/** All checks of `testLoss` as a list, to be run by other means than vitest; see `runChecks`. */
export function lossChecks(spec: LossSpec): readonly Check[] {
  const rules: readonly [string, (spec: LossSpec) => Promise<Outcome | void>][] = [
    ["says what it is, and can be made again from JSON", checkJson],
    ["gives one value for every example, whatever the others are", checkValues],
    ["gives the values that are known", checkKnown],
    ["has the gradients of finite differences", checkSlopes],
    ["has residuals whose mean square is the value", checkResiduals],
    ["stays finite for large predictions", checkExtremes],
  ];
  return rules.map(([name, rule]) => ({ name, run: () => rule(spec) }));
}

async function example(
  spec: LossSpec,
  batch: number,
  dtype: "f32" | "f64" = "f64",
  scale = 1,
): Promise<{ prediction: Tree; target: Tree }> {
  const backend = await (spec.backend ?? referenceBackend)();
  const { prediction } = spec;
  const element = (random: number): number => scale * (2 * random - 1);
  const scaled = scale !== 1 && isExample(prediction) ? { ...prediction, element } : prediction;
  return {
    prediction: inputFor(backend, scaled, batch, dtype, 1),
    target: inputFor(backend, spec.target, batch, dtype, 2),
  };
}

async function checkJson(spec: LossSpec): Promise<void> {
  const { prediction, target } = await example(spec, 3, "f32");
  const loss = spec.make();
  checkDescription(loss, spec.plugins);
  const [before, after] = await Promise.all(
    [loss, reloaded(loss, spec.plugins)].map((one) => one.values(prediction, target).read()),
  );
  expectThat(
    before!.every((x, i) => Object.is(x, after![i])),
    () => `made again from JSON, it gives [${after}] instead of [${before}]`,
  );
}

async function checkValues(spec: LossSpec): Promise<void> {
  const loss = spec.make();
  const [many, few] = [await example(spec, 5, "f32"), await example(spec, 2, "f32")];
  const together = await valueOf(
    jit((p: Tree, t: Tree) => loss.values(p, t))(many.prediction, many.target),
  );
  const alone = await valueOf(loss.values(few.prediction, few.target));
  expectThat(
    together.shape.join() === "5",
    () => `for 5 examples it gives values of shape [${together.shape}], expected [5]`,
  );
  alone.data.forEach((value, i) => {
    const other = together.data[i]!;
    expectThat(
      Math.abs(value - other) <= margin("f32", "function", value),
      () => `example ${i} is ${value} beside one other example, and ${other} beside four`,
    );
  });
}

async function checkKnown(spec: LossSpec): Promise<Outcome> {
  const { known = [] } = spec;
  const backend = await (spec.backend ?? referenceBackend)();
  for (const { prediction, target, values } of known) {
    const [p, t] = [prediction, target].map((rows) => tensor(backend, rows, { dtype: "f32" }));
    const actual = await spec.make().values(p!, t!).read();
    values.forEach((value, i) =>
      expectThat(
        Math.abs(actual[i]! - value) <= margin("f32", "function", value),
        () => `example ${i}: expected ${value}, got ${actual[i]}`,
      ),
    );
  }
  if (known.length > 0) return { cases: known.length, notTested: [] };
  return untested(`${spec.make().kind}: values from elsewhere, for want of examples`);
}

async function checkSlopes(spec: LossSpec): Promise<void> {
  const loss = spec.make();
  const { prediction, target } = await example(spec, 3);
  const parts = flatten([prediction, target]);
  const at = await valuesOf([prediction, target]);
  const count = flatten(prediction).leaves.length;
  checkGradient({
    what: loss.kind,
    at,
    wanted: at.map((_, i) => i < count),
    fn(inputs) {
      const [p, t] = parts.rebuild(inputs) as unknown as [Tree, Tree];
      return [loss.values(p, t)];
    },
  });
}

async function checkResiduals(spec: LossSpec): Promise<Outcome | void> {
  const loss = spec.make();
  if (!loss.residuals) return;
  const { prediction, target } = await example(spec, 4);
  const residuals = loss.residuals(prediction, target);
  expectThat(
    residuals.shape.length === 2 && residuals.shape[0] === 4,
    () => `residuals of 4 examples have shape [${residuals.shape}], expected [4, residuals]`,
  );
  const [squares, values] = [
    await mean(square(residuals), 1).read(),
    await loss.values(prediction, target).read(),
  ];
  values.forEach((value, i) =>
    expectThat(
      Math.abs(value - squares[i]!) <= margin("f64", "function", value),
      () =>
        `example ${i} has the value ${value}, but the mean square of its residuals is ${squares[i]}`,
    ),
  );
}

async function checkExtremes(spec: LossSpec): Promise<void> {
  const { finiteUpTo = 1e4 } = spec;
  const loss = spec.make();
  const { prediction, target } = await example(spec, 6, "f32", finiteUpTo);
  const values = await loss.values(prediction, target).read();
  expectThat(
    values.every(Number.isFinite),
    () => `predictions of up to ±${finiteUpTo} give values [${values}]`,
  );
  const slope = gradient((p: Tree) => sum(loss.values(p, target)))(prediction);
  for (const { data } of await valuesOf(slope))
    expectThat(
      data.every(Number.isFinite),
      () => `predictions of up to ±${finiteUpTo} give gradients [${data}]`,
    );
}
