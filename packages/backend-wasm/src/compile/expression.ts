import { byteSize, type DType } from "@nn/core";
import type { Code, Local, ModuleBuilder } from "../assembler/index.ts";
import type { Place, Target } from "../stage.ts";
import type { Cursor } from "./cursor.ts";
import { constant, count, load, loadApart, loadSplat } from "./lanes.ts";
import { elementwise, type Operand } from "./operations.ts";

/** A value that an expression reads, or counts: where an element is depends linearly on its index. */
export interface Leaf {
  readonly dtype: DType;
  /** Missing for a value whose elements are their own positions. */
  readonly place?: Place | undefined;
  /** The position of the first element, and how far the next one along each axis is from it. */
  readonly offset: number;
  readonly strides: readonly number[];
}

/** What a step takes: a leaf or an earlier step, by position, or a number. */
export type Reference =
  | { readonly leaf: number }
  | { readonly step: number }
  | { readonly number: number; readonly dtype: DType };

/** One elementwise operation of an expression. */
export interface ExpressionStep {
  /** A key of `elementwise`. */
  readonly name: string;
  readonly operands: readonly Reference[];
  readonly from: DType;
  readonly to: DType;
}

/** Elementwise operations over one shape, fused: intermediate results stay in registers. */
export interface Expression {
  readonly leaves: readonly Leaf[];
  readonly steps: readonly ExpressionStep[];
}

/** A new local with elements of a leaf, from a cursor on, that are `stride` bytes (where it is counted, numbers) apart. */
export function readLeaf(
  code: Code,
  { dtype, place }: Leaf,
  { base, offset }: Cursor,
  stride: number,
  lanes: number,
): Local {
  if (!place) count(code, dtype, base, offset, stride);
  else if (stride === byteSize(dtype)) load(code, dtype, base, offset, lanes);
  else if (stride === 0) loadSplat(code, dtype, base, offset);
  else loadApart(code, dtype, base, offset, stride, lanes);
  return code.take("v128");
}

/** Writes the code of an expression, as often as it is needed within one function. */
export class Evaluator {
  private readonly module: ModuleBuilder;
  private readonly target: Target;
  private readonly code: Code;
  private readonly steps: readonly ExpressionStep[];
  private readonly constants = new Map<string, Operand>();

  constructor(module: ModuleBuilder, target: Target, code: Code, { steps }: Expression) {
    this.module = module;
    this.target = target;
    this.code = code;
    this.steps = steps;
    // Numbers get their vectors here, in front of all loops.
    for (const { operands } of steps) for (const operand of operands) this.numberOf(operand);
  }

  /** Computes all steps for one vector; the result finds leaves and steps. */
  evaluate(leaf: (index: number) => Local): (reference: Reference) => Local {
    const { module, target, code } = this;
    const leaves = new Map<number, Operand>();
    const values: Operand[] = [];
    const operandOf = (reference: Reference): Operand => {
      if ("step" in reference) return values[reference.step]!;
      if ("number" in reference) return this.numberOf(reference)!;
      let operand = leaves.get(reference.leaf);
      if (!operand) leaves.set(reference.leaf, (operand = { vector: leaf(reference.leaf) }));
      return operand;
    };
    for (const { name, operands, from, to } of this.steps) {
      elementwise[name]!({ module, target, code, operands: operands.map(operandOf), from, to });
      values.push({ vector: code.take("v128") });
    }
    return (reference) => operandOf(reference).vector;
  }

  /** The vector of a number. */
  numberOf(reference: Reference): Operand | undefined {
    if (!("number" in reference)) return undefined;
    const { number, dtype } = reference;
    const key = `${dtype} ${Object.is(number, -0) ? "-0" : number}`;
    let operand = this.constants.get(key);
    if (!operand) {
      constant(this.code, dtype, number);
      operand = { vector: this.code.take("v128"), constant: number };
      this.constants.set(key, operand);
    }
    return operand;
  }
}
