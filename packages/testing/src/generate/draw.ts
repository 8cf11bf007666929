import {
  broadcastTo,
  cast,
  maximum,
  rem,
  reshape,
  sizeOf,
  sub,
  sum,
  zeros,
  type DType,
  type Tensor,
} from "@nn/core";
import type { Choices } from "./choices.ts";
import { anyShape } from "./shapes.ts";
import type { Entry } from "./entry.ts";
import type { InputSpec } from "./values.ts";

/** Where a generated operation gets its operands from. */
export interface Draw {
  readonly choices: Choices;
  /** Whether operands are intermediate values of a program, which should stay small. */
  readonly isStep: boolean;
  /** One of these dtypes that the backend has. */
  dtype(from: readonly DType[]): DType;
  /** An operand, of any shape where none is given. */
  tensor(dtype: DType, shape?: readonly number[]): Tensor;
  /** Indices (i32) of an axis of this length, some of them outside. */
  indices(length: number, shape: readonly number[]): Tensor;
  /** Does random steps with these tensors, for bodies; returns them and all results, in order. */
  grow(tensors: readonly Tensor[], count: number): Tensor[];
}

/** What may be drawn. */
export interface DrawSetting {
  readonly dtypes: readonly DType[];
  readonly steps: readonly Entry[];
}

/** The error of an operation that the backend lacks a dtype for. */
export class NoDType extends Error {}

/** Elements that a value in a random program may have; larger ones are summed up. */
const LARGEST_STEP = 400;

/** Bodies in bodies. */
const DEEPEST = 2;

abstract class AnyDraw implements Draw {
  abstract readonly isStep: boolean;
  readonly choices: Choices;
  protected readonly setting: DrawSetting;
  protected readonly depth: number;

  constructor(choices: Choices, setting: DrawSetting, depth: number) {
    this.choices = choices;
    this.setting = setting;
    this.depth = depth;
  }

  abstract tensor(dtype: DType, shape?: readonly number[]): Tensor;
  abstract indices(length: number, shape: readonly number[]): Tensor;

  dtype(from: readonly DType[]): DType {
    const both = from.filter((dtype) => this.setting.dtypes.includes(dtype));
    if (both.length === 0) throw new NoDType(`the backend has none of ${from.join(", ")}`);
    return this.choices.pick(both);
  }

  grow(tensors: readonly Tensor[], count: number): Tensor[] {
    const pool = [...tensors];
    for (let i = 0; i < count; i++) step(this.choices, this.setting, pool, this.depth + 1);
    return pool;
  }
}

/** Adds the results of one random step to the pool. A step that needs a dtype which is not there is left out. */
export function step(choices: Choices, setting: DrawSetting, pool: Tensor[], depth: number): void {
  const draw = new PoolDraw(choices, setting, depth, pool);
  const entry = choices.pick(setting.steps.filter(({ isNested }) => depth < DEEPEST || !isNested));
  try {
    for (const tensor of [entry.build(draw)].flat() as Tensor[])
      pool.push(tensor.size > LARGEST_STEP ? bend(tensor, tensor.dtype, []) : tensor);
  } catch (error) {
    if (!(error instanceof NoDType)) throw error;
  }
}

/**
 * Draws a new input for every operand. An operation is built twice: first without tensors, which finds out what inputs
 * there are (`specs`), then with one traced tensor for each.
 */
export class FreshDraw extends AnyDraw {
  readonly isStep = false;
  readonly specs: InputSpec[] = [];
  private readonly given: readonly Tensor[] | undefined;

  constructor(choices: Choices, setting: DrawSetting, given?: readonly Tensor[]) {
    super(choices, setting, 0);
    this.given = given;
  }

  tensor(dtype: DType, shape: readonly number[] = anyShape(this.choices)): Tensor {
    return this.input({ dtype, shape });
  }

  indices(length: number, shape: readonly number[]): Tensor {
    return this.input({ dtype: "i32", shape, indexOf: length });
  }

  private input(spec: InputSpec): Tensor {
    const at = this.specs.push(spec) - 1;
    return this.given?.[at] ?? zeros(spec.shape, spec.dtype);
  }
}

/** Draws operands from tensors that are there already, bent to the wanted dtype and shape. */
class PoolDraw extends AnyDraw {
  readonly isStep = true;
  private readonly pool: readonly Tensor[];

  constructor(choices: Choices, setting: DrawSetting, depth: number, pool: readonly Tensor[]) {
    super(choices, setting, depth);
    this.pool = pool;
  }

  tensor(dtype: DType, shape?: readonly number[]): Tensor {
    const fitting = this.pool.filter((tensor) => tensor.dtype === dtype);
    const recent = (fitting.length > 0 ? fitting : this.pool).slice(-6);
    const tensor = this.choices.pick(recent.toReversed());
    return bend(tensor, dtype, shape ?? tensor.shape);
  }

  indices(length: number, shape: readonly number[]): Tensor {
    const number = this.tensor("i32", shape);
    return sub(rem(maximum(number, -1), length + 2), 1);
  }
}

/** A tensor of another dtype and shape, with the same elements where they are as many, else with their sum. */
export function bend(tensor: Tensor, dtype: DType, shape: readonly number[]): Tensor {
  const x = cast(tensor, dtype);
  if (x.size === sizeOf(shape)) return reshape(x, shape);
  if (x.size === 1) return broadcastTo(reshape(x, []), shape);
  const isSummable = dtype === "f32" || dtype === "f64" || dtype === "i32";
  return broadcastTo(isSummable ? sum(x) : cast(sum(cast(x, "i32")), dtype), shape);
}
