import {
  jit,
  place,
  randomKey,
  showType,
  type Backend,
  type DType,
  type Initializer,
  type Plugin,
} from "@nn/core";
import { expectThat, type Check } from "../check.ts";
import { checkDescription, reloaded } from "../described.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { register } from "../register.ts";

/** An initializer, and what is claimed of it. */
export interface InitializerSpec {
  /** Makes the initializer; each call gives another one. */
  make(): Initializer;
  /** What makes it again from JSON. */
  readonly plugins: readonly Plugin[];
  /** Whether its values depend on the key; true by default. */
  readonly isRandom?: boolean;
  /** The shape that mean and standard deviation are measured for; [64, 48] by default. */
  readonly shape?: readonly number[];
  /** What they should be, within five standard errors. */
  readonly mean?: number;
  readonly deviation?: number;
  /** Where to run it; the kit's reference by default. */
  readonly backend?: () => Backend | Promise<Backend>;
}

/**
 * Tests an initializer: types, one key one result, different keys different results, mean and standard deviation where
 * they are given, and its way through JSON.
 *
 * ```ts
 * testInitializer("heNormal", { make: () => heNormal(), plugins, mean: 0, deviation: Math.sqrt(2 / 64) });
 * ```
 */
export function testInitializer(name: string, spec: InitializerSpec): void {
  register(name, { initializer: initializerChecks(spec) }, { timeout: 120_000 });
}

/** All checks of `testInitializer` as a list, to be run by other means than vitest; see `runChecks`. */
export function initializerChecks(spec: InitializerSpec): readonly Check[] {
  const rules: readonly [string, (spec: InitializerSpec) => Promise<void>][] = [
    ["says what it is, and can be made again from JSON", checkJson],
    ["gives the shape and dtype that it is asked for", checkTypes],
    ["gives one result for one key, and others for others", checkKeys],
    ["has the mean and deviation that it claims", checkMoments],
  ];
  return rules.map(([name, rule]) => ({ name, run: () => rule(spec) }));
}

async function draw(
  spec: InitializerSpec,
  seed: number,
  options: { initializer?: Initializer; shape?: readonly number[]; dtype?: DType } = {},
): Promise<Float64Array> {
  const { initializer = spec.make(), shape = spec.shape ?? [64, 48], dtype = "f32" } = options;
  const backend = await (spec.backend ?? referenceBackend)();
  const key = await place(backend, randomKey(seed));
  const result = await place(
    backend,
    jit((k: typeof key) => initializer.initialize(k, shape, dtype))(key),
  );
  const wanted = showType({ shape, dtype });
  expectThat(
    showType(result) === wanted,
    () => `asked for ${wanted}, it gives ${showType(result)}`,
  );
  return Float64Array.from(await result.read());
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((x, i) => Object.is(x, b[i]));
}

async function checkJson(spec: InitializerSpec): Promise<void> {
  const initializer = spec.make();
  checkDescription(initializer, spec.plugins);
  const again = reloaded(initializer, spec.plugins);
  const [before, after] = [
    await draw(spec, 1, { initializer }),
    await draw(spec, 1, { initializer: again }),
  ];
  expectThat(isSame(before, after), () => "made again from JSON, it gives other values");
}

async function checkTypes(spec: InitializerSpec): Promise<void> {
  const backend = await (spec.backend ?? referenceBackend)();
  for (const dtype of (["f32", "f64"] as const).filter((one) => backend.dtypes.includes(one)))
    for (const shape of [[5], [3, 4], [3, 3, 2, 4], [0, 2]]) {
      const values = await draw(spec, 1, { shape, dtype });
      expectThat(
        values.every(Number.isFinite),
        () => `its values are not finite for ${showType({ shape, dtype })}`,
      );
    }
}

async function checkKeys(spec: InitializerSpec): Promise<void> {
  const { isRandom = true } = spec;
  const [first, again, other] = [await draw(spec, 1), await draw(spec, 1), await draw(spec, 2)];
  expectThat(isSame(first, again), () => "one key gives two results");
  expectThat(isSame(first, other) !== isRandom, () =>
    isRandom
      ? "two keys give one result; draw from the key"
      : "its values depend on the key; say isRandom in the spec",
  );
}

async function checkMoments(spec: InitializerSpec): Promise<void> {
  const values = await draw(spec, 3);
  const count = values.length;
  const average = values.reduce((sum, x) => sum + x, 0) / count;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - average) ** 2, 0) / count);
  const error = (5 * (spec.deviation ?? deviation)) / Math.sqrt(count) + 1e-6;
  const { mean = average, deviation: claimed = deviation } = spec;
  expectThat(Math.abs(average - mean) <= error, () => `its mean is ${average}, expected ${mean}`);
  expectThat(
    Math.abs(deviation - claimed) <= error,
    () => `its deviation is ${deviation}, expected ${claimed}`,
  );
}
