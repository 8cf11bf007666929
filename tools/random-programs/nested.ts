import {
  cast,
  checkpoint,
  scan,
  sameShape,
  sum,
  valueAndGradient,
  vectorize,
  zerosLike,
  type Tensor,
} from "@nn/core";
import type { Random } from "./random.ts";

/** Adds a few tensors, made of those that are there, to the pool. */
export type Step = (random: Random, pool: Tensor[]) => void;

function within<T>(random: Random, make: () => T): T {
  random.depth++;
  const made = make();
  random.depth--;
  return made;
}

/** Carries swap places, stay as they are, are read late, or are results as well. */
export function looped(random: Random, pool: readonly Tensor[], step: Step): Tensor[] {
  const length = random.pick([0, 1, 2, 3, 4]);
  const shape = random.shape(2);
  const carry = random.many(random.integer(0, 3), () => {
    const x = random.operand(pool, random.pick(random.stored));
    return random.once(3) ? x : random.fit(x, shape);
  });
  const rows = random
    .many(random.integer(0, 2), () => [length, ...shape])
    .filter((one) => one.reduce((a, b) => a * b, 1) <= random.largest)
    .map((one) => random.fit(random.operand(pool, random.pick(random.stored)), one));
  const body = (state: Tensor[], row: Tensor[]): [Tensor[], Tensor[]] => {
    const inner = [...pool.slice(-4), ...state, ...row];
    for (let i = random.integer(0, 4); i > 0; i--) step(random, inner);
    const next = state.map((x) => {
      const same = state.filter((y) => y.dtype === x.dtype && sameShape(y.shape, x.shape));
      return random.once(3)
        ? random.pick(same)
        : random.fit(random.operand(inner, x.dtype), x.shape);
    });
    const results = random.many(random.integer(1, 3), () => random.recent([...inner, ...next]));
    return [next, results.filter(({ size }) => size * length <= random.largest)];
  };
  const [last, stacked] = within(random, () =>
    scan(body, carry, rows, { length, reverse: random.once(2) }),
  );
  return [...last, ...stacked];
}

/** The same for each of a few examples. */
export function batched(random: Random, pool: readonly Tensor[], step: Step): Tensor[] {
  const size = random.pick([1, 2, 3]);
  const examples = random.many(random.integer(1, 3), () => {
    const x = random.recent(pool);
    return random.fit(x, [size, ...x.shape]);
  });
  if (examples.some((x) => x.size > random.largest)) return [];
  const shared = random.recent(pool);
  const all = vectorize(
    (...inner: Tensor[]) => {
      const own = [...inner];
      for (let i = random.integer(1, 4); i > 0; i--) step(random, own);
      return random.many(2, () => random.recent(own));
    },
    { axes: [...examples.map(() => 0), null] },
  );
  return within(random, () => all(...examples, shared));
}

/** Results, and what a sum of them changes by. */
export function differentiated(random: Random, pool: readonly Tensor[], step: Step): Tensor[] {
  const parameters = random.many(random.integer(1, 3), () => {
    const x = random.recent(pool);
    return random.floats.includes(x.dtype)
      ? x
      : cast(random.operand([x], "i32"), random.pick(random.floats));
  });
  const fn = (inner: Tensor[], others: Tensor[]): [Tensor, ...Tensor[]] => {
    const own = [...others, ...inner];
    for (let i = random.integer(1, 5); i > 0; i--) step(random, own);
    const terms = random.many(2, () => sum(random.operand(own, "f32")));
    return [terms.reduce((a, b) => random.pick([a, b])), random.recent(own)];
  };
  const { isDifferentiated } = random;
  random.isDifferentiated = true;
  const whole = random.once(4) ? checkpoint(fn) : fn;
  const [values, slopes] = within(random, () =>
    valueAndGradient(whole)(parameters, pool.slice(-3)),
  );
  random.isDifferentiated = isDifferentiated;
  return [...values, ...slopes.map((slope, i) => slope ?? zerosLike(parameters[i]!))];
}
