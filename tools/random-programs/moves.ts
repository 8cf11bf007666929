import {
  add,
  cast,
  concatenate,
  floor,
  full,
  gather,
  iota,
  mul,
  pad,
  randomBits,
  reshape,
  scatterAdd,
  sizeOf,
  uniform,
  type DType,
  type Tensor,
} from "@nn/core";
import type { Random } from "./random.ts";

export function view(random: Random, pool: readonly Tensor[]): Tensor[] {
  let x = random.recent(pool);
  for (let i = random.integer(1, 4); i > 0; i--) x = random.fit(x, moved(random, x.shape));
  return [x];
}

/** The same lengths in another order, axes joined or broadcast. */
function moved(random: Random, shape: readonly number[]): number[] {
  const kind = random.integer(0, 3);
  if (kind === 0) return random.shuffled(shape);
  if (kind === 1) return [sizeOf(shape)];
  if (kind === 2) return shape.map((length) => random.integer(Math.min(1, length), length));
  const wide = shape.map((length) => (length === 1 ? 3 : length));
  return sizeOf(wide) <= random.largest ? wide : [...shape];
}

export function joined(random: Random, pool: readonly Tensor[]): Tensor[] {
  const x = random.recent(pool);
  if (x.shape.length === 0) return [];
  const axis = random.integer(0, x.shape.length - 1);
  const parts = random.many(random.integer(1, 3), () =>
    random.fit(random.operand(pool, x.dtype), x.shape.with(axis, random.pick([1, 2, 5]))),
  );
  return [concatenate(random.once(2) ? [x, ...parts] : [...parts, x, x], axis)];
}

/** Sums of values with zeros around them, some of which overlap. */
export function assembled(
  random: Random,
  pool: readonly Tensor[],
  shape = [6, 5, 4],
  dtype: DType = random.pick(random.computed),
): Tensor[] {
  const axis = random.integer(0, 2);
  const length = shape[axis]!;
  let end = 0;
  const parts = random.many(random.integer(1, 4), () => {
    const start = random.once(6)
      ? random.integer(0, length)
      : Math.min(length, end + random.integer(0, 1));
    end = Math.min(length, start + random.integer(0, 2));
    const size = shape.with(axis, end - start);
    const part = random.once(3)
      ? assembled(random, pool, size, dtype)[0]!
      : random.fit(random.operand(pool, dtype), size);
    const around = (count: number): number[] => [0, 0, 0].with(axis, count);
    return pad(part, around(start), around(length - end), random.once(9) ? 1 : 0);
  });
  return random.once(3) ? [parts.reduce(add), ...parts] : [parts.reduce(add)];
}

/** Numbers that are known beforehand. */
export function constant(random: Random): Tensor[] {
  const shape = random.shape(2);
  if (random.once(2)) return [full(shape, random.integer(0, 1), random.pick(random.stored))];
  return [reshape(iota(sizeOf(shape), random.pick(random.computed)), shape)];
}

/** Slices at indices that are a grid known beforehand, or come from the data; some of them are outside. */
export function picked(random: Random, pool: readonly Tensor[]): Tensor[] {
  const x = random.recent(pool);
  if (x.shape.length === 0) return [];
  const axis = random.integer(0, x.shape.length - 1);
  const places = indices(random, pool, x.shape[axis]!);
  if ((x.size / (x.shape[axis]! || 1)) * places.size > random.largest) return [];
  return [gather(x, places, axis)];
}

/** The same the other way round. */
export function scattered(random: Random, pool: readonly Tensor[]): Tensor[] {
  const base = random.operand(pool);
  if (base.shape.length === 0) return [];
  const axis = random.integer(0, base.shape.length - 1);
  const places = indices(random, pool, base.shape[axis]!);
  const shape = base.shape.toSpliced(axis, 1, ...places.shape);
  if (sizeOf(shape) > random.largest || base.size * places.size > 100 * random.largest) return [];
  return [scatterAdd(base, places, random.fit(random.operand(pool, base.dtype), shape), axis)];
}

function indices(random: Random, pool: readonly Tensor[], length: number): Tensor {
  const kind = random.integer(0, 3);
  const count = random.pick([0, 1, 2, 3, 5, length]);
  if (kind === 0) return random.fit(random.operand(pool, "i32"), random.pick([[count], [2, 3]]));
  if (kind === 1) {
    const wide = pool.filter(({ dtype }) => dtype === "i32");
    return random.fit(wide.at(-1) ?? random.operand(pool, "i32"), [count]);
  }
  const along = (axis: number, steps: number): Tensor =>
    reshape(mul(iota(steps), random.integer(-1, 3)), axis === 0 ? [steps, 1] : [steps]);
  const first = random.integer(-2, Math.max(0, length - 1));
  const grid = add(along(0, random.integer(1, 4)), along(1, random.integer(1, 4)));
  return add(kind === 2 ? grid : along(1, Math.max(1, count)), first);
}

export function drawn(random: Random, pool: readonly Tensor[]): Tensor[] {
  const key = random.fit(random.operand(pool, "i32"), [2]);
  const counter = random.once(2)
    ? random.integer(0, 9)
    : random.fit(random.operand(pool, "i32"), []);
  const shape = random.shape(3);
  if (random.once(2)) return [randomBits(key, shape, counter)];
  return [cast(floor(mul(uniform(key, shape, { counter }), 16)), random.pick(random.stored))];
}
