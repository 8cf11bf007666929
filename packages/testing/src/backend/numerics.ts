import { tensor, type Backend, type DType, type Tensor } from "@nn/core";
import { expectThat, untested, type Check, type Outcome } from "../check.ts";
import { spellNumber } from "../reference/compare.ts";
import { toDType } from "../reference/value.ts";
import { margin, type OperationClass } from "../tolerance.ts";
import { floatCases } from "./numerics-float.ts";
import { integerCases } from "./numerics-integer.ts";
import { randomCases } from "./numerics-random.ts";
import { specialCases } from "./numerics-special.ts";
import { missingIn, type Subject } from "./subject.ts";

/** Makes operands on the backend. */
interface Operands {
  /** A tensor of the dtype that is being tested. */
  x(data: readonly number[], shape?: readonly number[]): Tensor;
  /** A tensor of another dtype. */
  of(dtype: DType, data: readonly number[], shape?: readonly number[]): Tensor;
  readonly dtype: DType;
  /** A dtype that the operation needs besides. */
  needs(dtype: DType): DType;
}

/** One line of the numerics page: an operation, and what comes out of it. */
export interface NumericCase {
  readonly name: string;
  /** It is tested for each of these. */
  readonly dtypes: readonly DType[];
  compute(operands: Operands): Tensor;
  readonly expected: readonly number[];
  /** How exact the result has to be; by default to the last bit. */
  readonly kind?: OperationClass;
}

/** What the numerics page says, value by value. */
export function numericsChecks(subject: Subject): Check[] {
  return [...specialCases, ...floatCases, ...integerCases, ...randomCases].flatMap((one) =>
    one.dtypes.map((dtype) => ({
      name: `${one.name}, ${dtype}`,
      run: () => checkCase(subject, one, dtype),
    })),
  );
}

async function checkCase(
  { backend: get, missing }: Subject,
  { name, compute, expected, kind = "move" }: NumericCase,
  dtype: DType,
): Promise<Outcome | void> {
  const backend = await get();
  const used = [dtype];
  let special = !expected.every(Number.isFinite);
  const of = (own: DType, data: readonly number[], shape?: readonly number[]): Tensor => {
    used.push(own);
    special ||= !data.every(Number.isFinite);
    return tensor(backend, data, { dtype: own, shape: shape ?? [data.length] });
  };
  const lacking = (): string | undefined => reasonAgainst(backend, used, special);
  let result: Tensor;
  try {
    if (!backend.dtypes.includes(dtype)) return untested(`the numerics page in ${dtype}`);
    const needs = (own: DType): DType => {
      used.push(own);
      return own;
    };
    result = compute({ x: (data, shape) => of(dtype, data, shape), of, dtype, needs });
  } catch (error) {
    const reason = lacking() ?? missingIn(error, missing);
    if (reason) return untested(`the numerics page where it needs ${reason}`);
    throw error;
  }
  const reason = lacking();
  if (reason) return untested(`the numerics page where it needs ${reason}`);
  const actual = [...(await result.read())];
  const wanted = expected.map((number) => toDType(number, result.dtype));
  const agrees =
    actual.length === wanted.length &&
    actual.every((number, i) => isNear(number, wanted[i]!, result.dtype, kind));
  const list = (numbers: readonly number[]): string => `[${numbers.map(spellNumber).join(", ")}]`;
  expectThat(agrees, () => `${name}, ${dtype}: expected ${list(wanted)}, got ${list(actual)}`);
}

function isNear(actual: number, wanted: number, dtype: DType, kind: OperationClass): boolean {
  if (kind === "move" || Number.isNaN(wanted)) return Object.is(actual, wanted);
  return actual === wanted || Math.abs(actual - wanted) <= margin(dtype, kind, wanted);
}

function reasonAgainst(
  backend: Backend,
  used: readonly DType[],
  special: boolean,
): string | undefined {
  const lacks = used.find((dtype) => !backend.dtypes.includes(dtype));
  if (lacks) return lacks;
  return special && backend.nonFinite === false ? "NaN and the infinities" : undefined;
}
