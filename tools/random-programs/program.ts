import {
  allocate,
  sizeOf,
  trace,
  zeros,
  type DType,
  type Program,
  type Tensor,
  type TypedArray,
} from "@nn/core";
import { arithmetic, integers, logic, product, reduction, rounding } from "./arithmetic.ts";
import { convolved, pooled } from "./images.ts";
import { assembled, constant, drawn, joined, picked, scattered, view } from "./moves.ts";
import { batched, differentiated, looped } from "./nested.ts";
import { Random } from "./random.ts";
import { rough } from "./rough.ts";

/** A program and inputs for it. */
export interface RandomProgram {
  readonly program: Program;
  readonly inputs: readonly TypedArray[];
  /** So many of the results, the first ones, are whole numbers that no order of sums changes: the same everywhere. */
  readonly exact: number;
}

/** What a random program is made of. */
export interface RandomProgramOptions {
  /** Dtypes of the backend. */
  readonly dtypes: readonly DType[];
  /** Operations are added so often. */
  readonly steps: number;
  /** How large values are: up to some thousand elements (default), or some hundred thousand. */
  readonly size?: "small" | "large";
  /** Inputs and results, at most; default 4 and 6. */
  readonly inputs?: number;
  readonly results?: number;
}

const small = { largest: 6000, lengths: [2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 40, 64] };
const large = {
  largest: 300_000,
  lengths: [2, 3, 17, 64, 101, 257, 509, 521, 600, 1031, 2053, 4096, 5003, 70_001],
};

/**
 * A program that its seed fixes. It is made of what compilers find hard: views of views, epilogues that read them, sums
 * of padded values, loops in loops, gathers, gradients and batches of all that.
 */
export function randomProgram(
  seed: number,
  { dtypes, steps, size = "small", inputs: most = 4, results = 6 }: RandomProgramOptions,
): RandomProgram {
  const random = new Random(seed, { dtypes, ...(size === "large" ? large : small) });
  const types = random.many(random.integer(1, most), () => ({
    dtype: random.pick(random.stored),
    shape: random.shape(3),
  }));
  const isWild = random.once(5);
  const inputs = types.map(({ dtype, shape }) => {
    const data = allocate(dtype, sizeOf(shape));
    const low = dtype === "u8" || dtype === "bool" ? 0 : -6;
    const extremes = wild[dtype];
    return data.map(() =>
      isWild && extremes && random.once(9)
        ? random.pick(extremes)
        : random.integer(low, dtype === "bool" ? 1 : 9),
    ) as TypedArray;
  });
  let exact = 0;
  const program = trace(
    (given: Tensor[]) => {
      const pool = [...given];
      for (let i = 0; i < steps; i++) step(random, pool);
      const wanted = random.many(random.integer(1, results), () => random.recent(pool));
      exact = wanted.length;
      return random.once(3) ? [...wanted, ...rough(random, pool)] : wanted;
    },
    types.map(({ dtype, shape }) => zeros(shape, dtype)),
  );
  return { program, inputs, exact };
}

const wild: Readonly<Partial<Record<DType, readonly number[]>>> = {
  f32: [NaN, Infinity, -Infinity, -0],
  f64: [NaN, Infinity, -Infinity, -0],
  i32: [2 ** 31 - 1, -(2 ** 31), 2 ** 24 + 1, -1],
  u8: [255, 128],
  i8: [-128, 127],
};

const computed = [arithmetic, arithmetic, reduction, reduction, product, product, logic];
const moved = [view, view, joined, assembled];
const rare = [constant, integers, rounding, picked, scattered, drawn, convolved, pooled];
const nested = [looped, looped, batched, differentiated];

/** Adds a few tensors, made of those that are there, to the pool. */
function step(random: Random, pool: Tensor[]): void {
  const isNested = random.once(6) && random.depth < 3;
  const common = random.once(3) ? moved : computed;
  const made = isNested
    ? random.pick(nested)(random, pool, step)
    : random.pick(random.once(2) ? common : rare)(random, pool);
  pool.push(...made.filter(({ size }) => size <= random.largest));
}
