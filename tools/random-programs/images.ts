import { mul, type Tensor } from "@nn/core";
import { avgPool2d, conv2d, maxPool2d } from "@nn/conv";
import type { Random } from "./random.ts";

function images(random: Random, pool: readonly Tensor[], channels: number): Tensor {
  const shape = [random.pick([1, 2, 3]), random.integer(5, 9), random.integer(5, 9), channels];
  return random.fit(random.operand(pool, random.pick(random.floats)), shape);
}

export function convolved(random: Random, pool: readonly Tensor[]): Tensor[] {
  const groups = random.pick([1, 1, 1, 2]);
  const channels = groups * random.integer(1, 3);
  const x = images(random, pool, channels);
  const shape = [random.integer(1, 3), random.integer(1, 3), channels / groups, 2 * groups];
  const filter = random.fit(random.operand(pool, x.dtype), shape);
  const padding = random.pick([
    "same",
    "valid",
    1,
    [
      [0, 2],
      [1, 0],
    ],
  ] as const);
  const strides = random.pick([1, 2, [2, 1]] as const);
  const dilation = random.pick([1, 1, [1, 2]] as const);
  return [conv2d(x, filter, { groups, padding, strides, dilation })];
}

export function pooled(random: Random, pool: readonly Tensor[]): Tensor[] {
  const x = images(random, pool, random.integer(1, 3));
  const padding = random.pick(["same", "valid"] as const);
  const window = random.pick([2, [1, 2], [3, 2]] as const);
  const strides = random.pick([1, 2, [2, 1]] as const);
  if (random.once(2)) return [maxPool2d(x, { window, strides, padding })];
  // Quarters, so that means are whole.
  return [mul(avgPool2d(x, { window: 2, strides, padding }), 4)];
}
