import {
  abs,
  add,
  allocate,
  broadcastTo,
  cast,
  concatenate,
  equal,
  expandDims,
  full,
  less,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  neg,
  pad,
  relu,
  rem,
  reshape,
  reverse,
  sameShape,
  scan,
  select,
  sizeOf,
  sliceAxis,
  sub,
  sum,
  trace,
  transpose,
  zeros,
  type DType,
  type Program,
  type Tensor,
  type TypedArray,
} from "@nn/core";

/** A program of which every result is a small whole number, so that no order of sums changes it, and its inputs. */
export interface RandomProgram {
  readonly program: Program;
  readonly inputs: readonly TypedArray[];
}

const stored: readonly DType[] = ["f32", "f32", "f32", "f64", "i32", "bool", "u8", "i8"];
const computed: readonly DType[] = ["f32", "f32", "f64", "i32"];
const largest = 6000;
/** Operands of sums and products are brought below it. */
const modulus = 17;

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

/** What the kit's random programs hardly have: views of views, epilogues that read them, sums of padded values, loops in loops. */
export function randomProgram(seed: number, steps: number): RandomProgram {
  const random = new Random(seed);
  const types = random.many(random.integer(1, 4), () => ({
    dtype: random.pick(stored),
    shape: random.shape(3),
  }));
  const inputs = types.map(({ dtype, shape }) => {
    const data = allocate(dtype, sizeOf(shape));
    const low = dtype === "u8" || dtype === "bool" ? 0 : -6;
    return data.map(() => random.integer(low, dtype === "bool" ? 1 : 9)) as TypedArray;
  });
  const examples = types.map(({ dtype, shape }) => zeros(shape, dtype));
  const program = trace((given: Tensor[]) => {
    const pool = [...given];
    for (let i = 0; i < steps; i++) random.step(pool, 0);
    return random.many(random.integer(1, 6), () => random.recent(pool));
  }, examples);
  return { program, inputs };
}

class Random {
  private readonly next: () => number;
  private readonly lengths: readonly number[];

  constructor(seed: number) {
    this.next = randomNumbers(seed);
    const lengths = [2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 40, 64];
    this.lengths = [1, ...this.many(3, () => this.pick(lengths))];
    if (this.once(8)) this.lengths = [0, ...this.lengths];
    // Values that are large enough for results to take over the memory of inputs.
    if (this.once(3)) this.lengths = [40, 40, this.pick([33, 48])];
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

  shape(rank: number): number[] {
    for (;;) {
      const shape = this.many(this.integer(0, rank), () => this.pick(this.lengths));
      if (sizeOf(shape) <= largest) return shape;
    }
  }

  recent(pool: readonly Tensor[]): Tensor {
    return this.pick(this.once(3) ? pool : pool.slice(-6));
  }

  step(pool: Tensor[], depth: number): void {
    const kinds = [this.arithmetic, this.arithmetic, this.reduction, this.product, this.logic];
    const moves = [this.view, this.view, this.joined, this.assembled, this.constant];
    const made = this.once(6) && depth < 3 ? this.loop(pool, depth) : undefined;
    const results = made ?? this.pick([...kinds, ...moves]).call(this, pool);
    pool.push(...results.filter(({ size }) => size <= largest));
  }

  /** One of the tensors, with small whole numbers of this dtype. */
  private operand(pool: readonly Tensor[], dtype: DType = this.pick(computed)): Tensor {
    const x = this.recent(pool);
    const isSmall = x.dtype === "bool" || x.dtype === "u8" || x.dtype === "i8";
    return cast(
      isSmall ? cast(x, computed.includes(dtype) ? dtype : "i32") : rem(x, modulus),
      dtype,
    );
  }

  private arithmetic(pool: readonly Tensor[]): Tensor[] {
    const a = this.operand(pool);
    const b = this.once(6)
      ? full([], this.integer(-2, 3), a.dtype)
      : this.fit(this.operand(pool, a.dtype), this.partner(a.shape));
    const one = this.pick([add, sub, mul, maximum, minimum])(a, b);
    const other = this.pick([neg, abs, relu])(a);
    return this.once(3) ? [one, other, this.pick([add, sub])(one, other)] : [one];
  }

  private logic(pool: readonly Tensor[]): Tensor[] {
    const a = this.operand(pool, this.pick(stored));
    const b = this.fit(this.operand(pool, a.dtype), a.shape);
    if (a.dtype === "u8" || a.dtype === "i8")
      return [select(this.fit(this.operand(pool, "bool"), a.shape), a, b)];
    const flags = this.pick([less, equal])(a, b);
    return [flags, select(flags, b, a)];
  }

  private reduction(pool: readonly Tensor[]): Tensor[] {
    const x = this.operand(pool);
    const axes = [...x.shape.keys()].filter((axis) => x.shape[axis]! > 0 && this.once(2));
    const y = mul(x, 2);
    return [this.pick([sum, max, min])(y, axes, { keepDims: this.once(2) }), y];
  }

  private product(pool: readonly Tensor[]): Tensor[] {
    const dtype = this.pick<DType>(["f32", "f32", "f64"]);
    const [m, k, n] = this.many(3, () => this.pick([...this.lengths, 1, 6]));
    const leading = this.once(2) ? [] : [this.pick([1, 2, 3])];
    const [transposeA, transposeB] = [this.once(2), this.once(2)];
    const matrix = (rows: number, columns: number, turned: boolean): Tensor => {
      const shape = [
        ...(this.once(2) ? leading : []),
        ...(turned ? [columns, rows] : [rows, columns]),
      ];
      return this.fit(this.operand(pool, dtype), shape);
    };
    let y = matmul(matrix(m!, k!, transposeA), matrix(k!, n!, transposeB), {
      transposeA,
      transposeB,
    });
    const kept = [y];
    for (let i = this.integer(0, 3); i > 0; i--) {
      const other = this.fit(this.operand(pool, dtype), this.partner(y.shape));
      y = this.pick([add, sub, maximum])(y, broadcastTo(other, y.shape));
      if (this.once(3)) y = relu(y);
      kept.push(this.once(3) ? cast(y, "f64") : y);
    }
    return this.once(2) ? kept : kept.slice(-1);
  }

  private view(pool: readonly Tensor[]): Tensor[] {
    let x = this.recent(pool);
    for (let i = this.integer(1, 4); i > 0; i--) x = this.fit(x, this.moved(x.shape));
    return [x];
  }

  /** The same lengths in another order, axes joined or broadcast. */
  private moved(shape: readonly number[]): number[] {
    const kind = this.integer(0, 3);
    if (kind === 0) return shape.toSorted(() => this.next() - 0.5);
    if (kind === 1) return [sizeOf(shape)];
    if (kind === 2) return shape.map((length) => this.integer(Math.min(1, length), length));
    const wide = shape.map((length) => (length === 1 ? 3 : length));
    return sizeOf(wide) <= largest ? wide : [...shape];
  }

  private joined(pool: readonly Tensor[]): Tensor[] {
    const x = this.recent(pool);
    if (x.shape.length === 0) return [];
    const axis = this.integer(0, x.shape.length - 1);
    const parts = this.many(this.integer(1, 3), () =>
      this.fit(this.operand(pool, x.dtype), x.shape.with(axis, this.pick([1, 2, 5]))),
    );
    return [concatenate(this.once(2) ? [x, ...parts] : [...parts, x, x], axis)];
  }

  /** Sums of values with zeros around them, some of which overlap. */
  private assembled(pool: readonly Tensor[], shape = [6, 5, 4], dtype?: DType): Tensor[] {
    const own = dtype ?? this.pick(computed);
    const axis = this.integer(0, 2);
    const length = shape[axis]!;
    let end = 0;
    const parts = this.many(this.integer(1, 4), () => {
      const start = this.once(6)
        ? this.integer(0, length)
        : Math.min(length, end + this.integer(0, 1));
      end = Math.min(length, start + this.integer(0, 2));
      const size = shape.with(axis, end - start);
      const part = this.once(3)
        ? this.assembled(pool, size, own)[0]!
        : this.fit(this.operand(pool, own), size);
      const around = (count: number): number[] => [0, 0, 0].with(axis, count);
      return pad(part, around(start), around(length - end), this.once(9) ? 1 : 0);
    });
    return this.once(3) ? [parts.reduce(add), ...parts] : [parts.reduce(add)];
  }

  private constant(): Tensor[] {
    const dtype = this.pick(stored);
    return [full(this.shape(2), this.integer(0, 1), dtype)];
  }

  /** Carries swap places, stay as they are, are read late, or are results as well. */
  private loop(pool: readonly Tensor[], depth: number): Tensor[] {
    const length = this.pick([0, 1, 2, 3, 4]);
    const shape = this.shape(2);
    const carry = this.many(this.integer(0, 3), () => {
      const x = this.operand(pool, this.pick(stored));
      return this.once(3) ? x : this.fit(x, shape);
    });
    const rows = this.many(this.integer(0, 2), () =>
      this.fit(this.operand(pool, this.pick(stored)), [length, ...shape]),
    );
    const body = (state: Tensor[], row: Tensor[]): [Tensor[], Tensor[]] => {
      const inner = [...pool.slice(-4), ...state, ...row];
      for (let i = this.integer(0, 4); i > 0; i--) this.step(inner, depth + 1);
      const next = state.map((x) => {
        const same = state.filter((y) => y.dtype === x.dtype && sameShape(y.shape, x.shape));
        return this.once(3) ? this.pick(same) : this.fit(this.operand(inner, x.dtype), x.shape);
      });
      const results = this.many(this.integer(1, 3), () => this.recent([...inner, ...next]));
      return [next, results.filter(({ size }) => size * length <= largest)];
    };
    const [last, stacked] = scan(body, carry, rows, { length, reverse: this.once(2) });
    return [...last, ...stacked];
  }

  private partner(shape: readonly number[]): number[] {
    const partner = shape.map((length) => (this.once(3) ? 1 : length));
    return this.once(4) ? partner.slice(this.integer(0, partner.length)) : partner;
  }

  /** The tensor under another shape: turned, sliced, backwards, padded, broadcast. */
  private fit(from: Tensor, shape: readonly number[]): Tensor {
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
