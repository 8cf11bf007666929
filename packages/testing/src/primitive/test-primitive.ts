import {
  definePrimitive,
  isFloat,
  KERNEL_CONTRACT,
  showType,
  trace,
  type Params,
  type Primitive,
  type Tensor,
} from "@nn/core";
import { expectRefusal, expectThat, untested, type Check, type Outcome } from "../check.ts";
import { compareCase } from "../backend/generated.ts";
import { runCase } from "../backend/subject.ts";
import { checkGradient, inDouble } from "../gradient/finite-differences.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { register } from "../register.ts";
import { margin } from "../tolerance.ts";
import {
  applied,
  casesOf,
  spellCase,
  type PrimitiveCase,
  type PrimitiveSpec,
  typesOf,
} from "./spec.ts";
import { checkBatches } from "./batching.ts";
import { checkFolding } from "./folding.ts";

/**
 * Tests a primitive: its type rule, its values against the lowering and known results, its gradients of first and second
 * order against finite differences in f64, and its batching rule against a loop.
 *
 * ```ts
 * testPrimitive({
 *   primitive: hypot,
 *   generate: (random) => ({
 *     inputs: [operand("f64", [3], [1 + random(), 2, 3]), operand("f64", [], [1 + random()])],
 *     params: {},
 *   }),
 *   known: [{ inputs: [operand("f32", [], [3]), operand("f32", [], [4])], params: {}, expected: [[5]] }],
 * });
 * ```
 */
export function testPrimitive<P extends Params>(spec: PrimitiveSpec<P>): void {
  register(spec.primitive.name, { primitive: primitiveChecks(spec) }, { timeout: 120_000 });
}

/** All checks of `testPrimitive` as a list, to be run by other means than vitest; see `runChecks`. */
export function primitiveChecks<P extends Params>(spec: PrimitiveSpec<P>): readonly Check[] {
  const order = spec.differentiable ?? 2;
  const forCases =
    (rule: (one: PrimitiveCase<P>) => Promise<void> | void) => async (): Promise<Outcome> => {
      const cases = casesOf(spec);
      for (const one of cases) await inWords(one, () => rule(one));
      return { cases: cases.length, notTested: [] };
    };
  return [
    { name: "has a name, a version and a contract", run: async () => checkFields(spec.primitive) },
    { name: "has params that are plain data", run: forCases(({ params }) => checkParams(params)) },
    {
      name: "gives the types that its lowering has",
      run: forCases((one) => checkTypes(spec, one)),
    },
    { name: "refuses what it should", run: () => checkRefusals(spec) },
    { name: "computes what is known", run: () => checkKnown(spec) },
    {
      name: "computes what its lowering does",
      async run() {
        const backend = await (spec.backend ?? referenceBackend)();
        return forCases(async (one) => {
          await compareCase(backend, { program: programOf(spec, one), inputs: one.inputs }, [], 1);
        })();
      },
    },
    ...([1, 2] as const).map((degree) => ({
      name: degree === 1 ? "has the gradient of finite differences" : "has their second gradient",
      run: async () =>
        degree > order
          ? untested(`${spec.primitive.name}: gradients of order ${degree}, by its own declaration`)
          : forCases((one) => checkSlopes(spec, one, degree))(),
    })),
    { name: "treats a batch like its examples", run: forCases((one) => checkBatches(spec, one)) },
    { name: "folds and forgets exactly", run: async () => checkFolding(spec.primitive) },
  ];
}

async function inWords(one: PrimitiveCase, rule: () => Promise<void> | void): Promise<void> {
  try {
    await rule();
  } catch (error) {
    if (error instanceof Error) error.message += `\n${spellCase(one)}`;
    throw error;
  }
}

function programOf<P extends Params>(
  { primitive }: PrimitiveSpec<P>,
  { inputs, params }: PrimitiveCase<P>,
): ReturnType<typeof trace> {
  return trace((operands: Tensor[]) => applied(primitive, params)(operands), typesOf(inputs));
}

function checkFields<P extends Params>({
  name,
  version = 1,
  contract,
  ...rest
}: Primitive<P>): void {
  expectThat(
    Number.isInteger(version) && version >= 1,
    () => `version is ${version}, expected a whole number from 1`,
  );
  expectThat(
    contract === KERNEL_CONTRACT,
    () => `contract is ${contract}, this kernel's is ${KERNEL_CONTRACT}`,
  );
  // The kernel's own names have no package.
  if (name.includes("/") || name.includes("#"))
    definePrimitive({ ...rest, name, version, contract });
  else expectThat(/^\w+$/.test(name), () => `the name '${name}' should be '@scope/package#name'`);
}

function checkParams(params: Params): void {
  for (const [name, param] of Object.entries(params)) {
    const isProgram = typeof param === "object" && param !== null && "operations" in param;
    if (isProgram || param === undefined) continue;
    const copy: unknown = JSON.parse(JSON.stringify(param));
    expectThat(
      JSON.stringify(copy) === JSON.stringify(param) && !hasLoss(param),
      () => `param '${name}' does not survive JSON: ${String(param)}`,
    );
  }
}

/** Whether JSON loses something: functions, numbers that are not finite. */
function hasLoss(param: unknown): boolean {
  if (typeof param === "number") return !Number.isFinite(param);
  if (typeof param === "object" && param !== null) return Object.values(param).some(hasLoss);
  return typeof param === "function" || typeof param === "symbol" || typeof param === "bigint";
}

function checkTypes<P extends Params>(
  { primitive }: PrimitiveSpec<P>,
  { inputs, params }: PrimitiveCase<P>,
): void {
  const types = primitive.type(inputs, params).map(showType);
  if (!primitive.lower) return;
  const lowered = trace(
    (operands: Tensor[]) => primitive.lower!(operands, params),
    typesOf(inputs),
  );
  const own = lowered.outputs.map((id) => showType(lowered.types[id]!));
  expectThat(
    types.join() === own.join(),
    () => `the type rule says ${types}, the lowering gives ${own}`,
  );
}

async function checkRefusals<P extends Params>({
  primitive,
  refused = [],
}: PrimitiveSpec<P>): Promise<Outcome> {
  for (const one of refused)
    await expectRefusal(
      () => primitive.type(one.inputs, one.params),
      /./,
      `${primitive.name} ${spellCase(one)}`,
    );
  return refused.length > 0
    ? { cases: refused.length, notTested: [] }
    : untested(`${primitive.name}: what it refuses, for want of examples`);
}

async function checkKnown<P extends Params>(spec: PrimitiveSpec<P>): Promise<Outcome> {
  const known = (spec.known ?? []).filter(({ expected }) => expected);
  const backend = await (spec.backend ?? referenceBackend)();
  for (const one of known)
    await inWords(one, async () => {
      const program = programOf(spec, one);
      const results = await runCase(backend, { program, inputs: one.inputs });
      one.expected!.forEach((expected, i) => {
        const { dtype } = program.types[program.outputs[i]!]!;
        const kind = isFloat(dtype) ? (spec.exactness ?? "function") : "move";
        const isNear =
          results[i]!.length === expected.length &&
          results[i]!.every(
            (x, e) =>
              Object.is(x, expected[e]) ||
              Math.abs(x - expected[e]!) <= margin(dtype, kind, expected[e]!),
          );
        expectThat(
          isNear,
          () => `result ${i}: expected [${Array.from(expected)}], got [${Array.from(results[i]!)}]`,
        );
      });
    });
  return known.length > 0
    ? { cases: known.length, notTested: [] }
    : untested(`${spec.primitive.name}: values from elsewhere, for want of examples`);
}

/** By all operands at once, and by each of them alone. */
function checkSlopes<P extends Params>(
  { primitive }: PrimitiveSpec<P>,
  { inputs, params }: PrimitiveCase<P>,
  order: 1 | 2,
): void {
  const at = inputs.map(inDouble);
  const fn = applied(primitive, params);
  const what = primitive.name;
  checkGradient({ what, fn, at, order });
  if (inputs.length > 1)
    inputs.forEach((_, only) =>
      checkGradient({ what, fn, at, order, wanted: at.map((__, i) => i === only) }),
    );
}
