import {
  broadcastTo,
  cast,
  clip,
  customGradient,
  expandDims,
  rem,
  reshape,
  reverse,
  sizeOf,
  sliceAxis,
  transpose,
  zeros,
  type DType,
  type Tensor,
} from "@nn/core";

/** Operands of sums and products are brought below it. */
const modulus = 17;

/** What programs are made of. */
export interface Profile {
  /** Dtypes of the backend. */
  readonly dtypes: readonly DType[];
  /** Elements of a value, at most. */
  readonly largest: number;
  /** Lengths of axes, of which a program uses a few. */
  readonly lengths: readonly number[];
}

/** Numbers from 0 up to 1, in an order that the seed fixes (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws that one seed fixes, and operands made of what there is already. */
export class Random {
  readonly lengths: readonly number[];
  readonly largest: number;
  /** Dtypes of inputs; floats come up more often. */
  readonly stored: readonly DType[];
  /** Dtypes of arithmetic. */
  readonly computed: readonly DType[];
  readonly floats: readonly DType[];
  /** Whether what is made now is differentiated, and how deep in bodies of other functions it is. */
  isDifferentiated = false;
  depth = 0;
  private readonly next: () => number;

  constructor(seed: number, { dtypes, largest, lengths }: Profile) {
    this.next = randomNumbers(seed);
    this.largest = largest;
    const offered = (list: readonly DType[]): DType[] => list.filter((one) => dtypes.includes(one));
    this.stored = offered(["f32", "f32", "f32", "f64", "i32", "bool", "u8", "i8"]);
    this.computed = offered(["f32", "f32", "f64", "i32"]);
    this.floats = offered(["f32", "f32", "f64"]);
    this.lengths = [1, ...this.many(3, () => this.pick(lengths))];
    if (this.once(8)) this.lengths = [0, ...this.lengths];
    // Small values, but large enough for results to take over the memory of inputs.
    else if (largest < 10_000 && this.once(3)) this.lengths = [40, 40, this.pick([33, 48])];
  }

  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  once(every: number): boolean {
    return this.integer(1, every) === 1;
  }

  many<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return this.many(list.length, () => rest.splice(this.integer(0, rest.length - 1), 1)[0]!);
  }

  shape(rank: number): number[] {
    for (;;) {
      const shape = this.many(this.integer(0, rank), () => this.pick(this.lengths));
      if (sizeOf(shape) <= this.largest) return shape;
    }
  }

  /** One of the tensors, more often one of the last. */
  recent(pool: readonly Tensor[]): Tensor {
    return this.pick(this.once(3) ? pool : pool.slice(-6));
  }

  /** One of the tensors, with small whole numbers of this dtype. */
  operand(pool: readonly Tensor[], dtype: DType = this.pick(this.computed)): Tensor {
    const x = this.recent(pool);
    if (x.dtype === "bool" || x.dtype === "u8" || x.dtype === "i8")
      return cast(cast(x, this.computed.includes(dtype) ? dtype : "i32"), dtype);
    return cast(this.small(x), dtype);
  }

  /** The same with small numbers, through which only small cotangents go. */
  private small(x: Tensor): Tensor {
    const remainder = this.once(6)
      ? (one: Tensor): Tensor => clip(one, -modulus, modulus)
      : (one: Tensor): Tensor => rem(one, modulus);
    if (!this.isDifferentiated) return remainder(x);
    return customGradient(remainder, (_, __, g: Tensor): [Tensor] => [rem(g, modulus)])(x);
  }

  /** A shape that is broadcast to this one. */
  partner(shape: readonly number[]): number[] {
    const partner = shape.map((length) => (this.once(3) ? 1 : length));
    return this.once(4) ? partner.slice(this.integer(0, partner.length)) : partner;
  }

  /** The tensor under another shape: turned, sliced, backwards, padded, broadcast. */
  fit(from: Tensor, shape: readonly number[]): Tensor {
    let x = this.once(4)
      ? reverse(
          from,
          from.shape.flatMap((_, axis) => (this.once(2) ? [axis] : [])),
        )
      : from;
    if (x.size === sizeOf(shape)) {
      const rest = [...x.shape.entries()];
      const permutation = shape.map((length) => {
        const at = rest.findLastIndex(([, own]) => own === length);
        return at < 0 ? -1 : rest.splice(at, 1)[0]![0];
      });
      const isTurned = rest.length === 0 && !permutation.includes(-1);
      return isTurned ? transpose(x, permutation) : reshape(x, shape);
    }
    while (x.shape.length < shape.length) x = expandDims(x, this.integer(0, x.shape.length));
    while (x.shape.length > shape.length)
      x = x.size === 0 ? zeros(shape, x.dtype) : this.without(x);
    shape.forEach((length, axis) => {
      const own = x.shape[axis]!;
      const start = this.integer(0, Math.max(0, own - length));
      if (own > length) x = sliceAxis(x, axis, start, start + length);
      else if (own === 0 && length > 0) x = zeros(x.shape.with(axis, length), x.dtype);
      else if (own !== 1 && own < length) x = sliceAxis(x, axis, own - 1, own);
    });
    return broadcastTo(x, shape);
  }

  private without(x: Tensor): Tensor {
    const axis = this.integer(0, x.shape.length - 1);
    const at = this.integer(0, x.shape[axis]! - 1);
    return reshape(sliceAxis(x, axis, at, at + 1), x.shape.toSpliced(axis, 1));
  }
}
