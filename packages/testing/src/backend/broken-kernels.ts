import {
  add,
  and,
  any,
  cast,
  equal,
  expandDims,
  floor,
  gather,
  greater,
  iota,
  less,
  max,
  maximum,
  minimum,
  mul,
  or,
  randomBits,
  reshape,
  scatterAdd,
  select,
  sum,
  tanh,
  zerosLike,
  div,
  type Params,
  type Tensor,
} from "@nn/core";

/** A way to compute a primitive. */
export type Lowering = (inputs: readonly Tensor[], params: Params) => Tensor;

/** Wrong ways to compute a primitive, by its name. */
export const wrongKernels: readonly {
  readonly name: string;
  readonly primitive: string;
  readonly lower: Lowering;
}[] = [
  {
    name: "maximum drops NaN",
    primitive: "maximum",
    lower: ([a, b]) => select(greater(a!, b!), a!, b!),
  },
  {
    name: "max drops NaN",
    primitive: "max",
    lower: ([x], { axes }) =>
      max(select(equal(x!, x!), x!, add(zerosLike(x!), -1e30)), axes as number[]),
  },
  {
    name: "relu turns NaN into 0",
    primitive: "relu",
    lower: ([x]) => select(greater(x!, 0), x!, zerosLike(x!)),
  },
  {
    name: "less takes NaN for smaller",
    primitive: "less",
    lower: ([a, b]) => or(less(a!, b!), less(cast(equal(a!, a!), "i32"), 1)),
  },
  {
    name: "gather is off by one",
    primitive: "gather",
    lower: ([x, indices], { axis }) => gather(x!, add(indices!, 1), axis as number),
  },
  {
    name: "gather takes the nearest row for an index outside",
    primitive: "gather",
    lower: ([x, indices], { axis }) =>
      gather(x!, maximum(minimum(indices!, x!.shape[axis as number]! - 1), 0), axis as number),
  },
  {
    name: "scatterAdd drops all but the last of equal indices",
    primitive: "scatterAdd",
    lower: ([base, indices, updates], { axis }) =>
      scatterAdd(base!, lastOfEqual(indices!), updates!, axis as number),
  },
  {
    name: "argMax finds the last of equals",
    primitive: "argMax",
    lower: ([x], { axis }) => {
      const length = x!.shape[axis as number]!;
      const best = equal(x!, max(x!, axis as number, { keepDims: true }));
      const index = reshape(
        iota(length),
        x!.shape.map((_, a) => (a === axis ? length : 1)),
      );
      return max(select(best, index, -1), axis as number);
    },
  },
  {
    name: "integers are multiplied as floats",
    primitive: "mul",
    lower: ([a, b]) =>
      a!.dtype === "i32" ? cast(mul(cast(a!, "f32"), cast(b!, "f32")), "i32") : mul(a!, b!),
  },
  {
    name: "integers are divided downwards",
    primitive: "div",
    lower: ([a, b]) =>
      a!.dtype === "i32" ? cast(floor(div(cast(a!, "f32"), cast(b!, "f32"))), "i32") : div(a!, b!),
  },
  {
    name: "a cast to integers rounds downwards",
    primitive: "cast",
    lower: ([x], { dtype }) =>
      dtype === "i32" && (x!.dtype === "f32" || x!.dtype === "f64")
        ? cast(floor(x!), "i32")
        : cast(x!, dtype as "f32"),
  },
  {
    name: "tanh is off by a thousandth",
    primitive: "tanh",
    lower: ([x]) => mul(tanh(x!), 1.001),
  },
  {
    name: "a sum leaves out the last element of long axes",
    primitive: "sum",
    lower: ([x], { axes }) => {
      const [axis] = axes as readonly number[];
      const length = axis === undefined ? 0 : x!.shape[axis]!;
      if (length < 8) return sum(x!, axes as number[]);
      return sum(
        gather(x!, add(iota(length), cast(equal(iota(length), length - 1), "i32")), axis),
        axes as number[],
      );
    },
  },
  {
    name: "random bits ignore the counter",
    primitive: "randomBits",
    lower: ([key], { shape }) => randomBits(key!, shape as number[]),
  },
  {
    name: "random bits ignore the key",
    primitive: "randomBits",
    lower: ([key, counter], { shape }) => randomBits(zerosLike(key!), shape as number[], counter!),
  },
];

/** Indices, -1 where the same one comes again later. */
function lastOfEqual(indices: Tensor): Tensor {
  const flat = reshape(indices, [indices.size]);
  const at = iota(indices.size);
  const comesAgain = any(and(equal(expandDims(flat, 1), flat), less(expandDims(at, 1), at)), 1);
  return reshape(select(comesAgain, -1, flat), indices.shape);
}
