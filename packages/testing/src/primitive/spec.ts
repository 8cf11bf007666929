import {
  apply,
  type Backend,
  type DType,
  type Params,
  type Primitive,
  type Tensor,
  zeros,
  type TensorType,
} from "@nn/core";
import { sampling } from "../environment.ts";
import { randomNumbers } from "../generate/choices.ts";
import { value, type Value } from "../reference/value.ts";
import type { OperationClass } from "../tolerance.ts";

/** One application of a primitive. */
export interface PrimitiveCase<P extends Params = Params> {
  /** Operands, made with `operand`. */
  readonly inputs: readonly Value[];
  readonly params: P;
  /** The elements of every result, computed by other means. */
  readonly expected?: readonly ArrayLike<number>[];
}

/** A primitive, and how to test it. */
export interface PrimitiveSpec<P extends Params = Params> {
  readonly primitive: Primitive<P>;
  /**
   * Makes a case from random numbers (from 0 up to 1). Operands stay away from kinks and from where gradients become
   * infinite; shapes and params should vary, among them scalars, odd lengths and broadcasting where there is any.
   */
  generate(random: () => number): PrimitiveCase<P>;
  /** Cases with known results. */
  readonly known?: readonly PrimitiveCase<P>[];
  /** Operands and params that the type rule has to refuse. */
  readonly refused?: readonly PrimitiveCase<P>[];
  /** How exact results are; `function` by default. */
  readonly exactness?: OperationClass;
  /** How many times it may be differentiated; 2 by default. */
  readonly differentiable?: 0 | 1 | 2;
  /** Where to run it; the kit's reference by default. A backend with a kernel is compared with the lowering. */
  readonly backend?: () => Backend | Promise<Backend>;
}

/** An operand from numbers, which are rounded to the dtype. */
export function operand(dtype: DType, shape: readonly number[], numbers: ArrayLike<number>): Value {
  return value(dtype, shape, numbers);
}

/** Generated cases per check. */
const RUNS = 12;

/** The known cases and some generated ones. */
export function casesOf<P extends Params>(spec: PrimitiveSpec<P>): PrimitiveCase<P>[] {
  const { seed, factor } = sampling();
  const count = Math.max(1, Math.round(RUNS * factor));
  const generated = Array.from({ length: count }, (_, i) => spec.generate(randomNumbers(seed + i)));
  return [...(spec.known ?? []), ...generated];
}

/** Applies the primitive with some params. */
export function applied<P extends Params>(
  primitive: Primitive<P>,
  params: P,
): (inputs: readonly Tensor[]) => readonly Tensor[] {
  return (inputs) => apply(primitive as unknown as Primitive, inputs, params);
}

/** The case in words, for messages. */
export function spellCase({ inputs, params }: PrimitiveCase): string {
  const operands = inputs.map(
    ({ dtype, shape, data }) =>
      `${dtype}[${shape}] = [${[...data.subarray(0, 12)].join(", ")}${data.length > 12 ? ", …" : ""}]`,
  );
  return `with ${operands.join("; ")} and params ${JSON.stringify(params)}`;
}

/** Constants that stand for operands of these types. */
export function typesOf(inputs: readonly TensorType[]): Tensor[] {
  return inputs.map(({ shape, dtype }) => zeros(shape, dtype));
}
