import {
  allocate,
  defineBackend,
  interpret,
  sizeOf,
  type Backend,
  type DType,
  type Kernel,
  type KernelCall,
  type TensorType,
  type TypedArray,
} from "@nn/core";

/** A value of the naive backend. */
interface Block {
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

type Index = readonly number[];
type Call = KernelCall<Block>;

/**
 * The basis written for clarity: every result is built element by element from a function of its index. It shares no
 * code with `@nn/backend-js`, and so checks `interpret` and the lowerings a second time.
 */
export function naive(): Backend {
  const upload = (data: TypedArray, { shape, dtype }: TensorType): Block => {
    const copy = allocate(dtype, data.length);
    copy.set(data);
    return { data: copy, shape };
  };
  const read = (buffer: unknown): TypedArray => (buffer as Block).data.slice();
  return defineBackend({
    kind: "@nn/core/test#naive",
    config: {},
    contract: 1,
    dtypes: ["f32", "f64", "i32", "bool", "u8", "i8"],
    upload,
    read: async (buffer) => read(buffer),
    readSync: read,
    compile: interpret<Block>(kernels, {
      upload,
      copy: ({ data, shape }) => ({ data: data.slice(), shape }),
    }),
  });
}

const kernels: Record<string, Kernel<Block>> = {
  ...elementwise({
    exp: Math.exp,
    log: Math.log,
    sqrt: Math.sqrt,
    sin: Math.sin,
    cos: Math.cos,
    tanh: Math.tanh,
    floor: Math.floor,
    pow: Math.pow,
    maximum: (a, b) => Math.max(a, b),
    minimum: (a, b) => Math.min(a, b),
    less: (a, b) => Number(a < b),
    equal: (a, b) => Number(a === b),
    select: (condition, a, b) => (condition ? a : b),
    and: (a, b) => a & b,
    xor: (a, b) => a ^ b,
    shiftLeft: (a, b) => a << b,
    shiftRightLogical: (a, b) => a >>> b,
    add: (a, b) => a + b,
    mul: (a, b, dtype) => (dtype === "i32" ? Math.imul(a, b) : a * b),
    div: (a, b, dtype) => (dtype === "i32" ? (b === 0 ? 0 : Math.trunc(a / b)) : a / b),
    rem: (a, b, dtype) => (dtype === "i32" && b === 0 ? 0 : a % b),
  }),

  cast(call) {
    const { dtype } = call.outputTypes[0]!;
    const saturates = call.inputTypes[0]!.dtype.startsWith("f");
    const [low, high] = (saturates && ranges[dtype]) || [-Infinity, Infinity];
    return build(call, (index) => {
      const x = at(call.inputs[0]!, index);
      return dtype === "bool" ? Number(x !== 0) : Math.min(Math.max(x, low), high);
    });
  },

  sum: (call) =>
    build(
      call,
      reduction(call, (values) => values.reduce((total, x) => total + x, 0)),
    ),
  max: (call) =>
    build(
      call,
      reduction(call, (values) => Math.max(...values)),
    ),

  matmul(call) {
    const [a, b] = call.inputs as [Block, Block];
    const { transposeA, transposeB } = call.params;
    const inner = a.shape.at(transposeA ? -2 : -1)!;
    return build(call, (index) => {
      const leading = index.slice(0, -2);
      const [m, n] = index.slice(-2) as [number, number];
      let total = 0;
      for (let k = 0; k < inner; k++)
        total +=
          at(a, [...leading, ...(transposeA ? [k, m] : [m, k])]) *
          at(b, [...leading, ...(transposeB ? [n, k] : [k, n])]);
      return total;
    });
  },

  reshape: ({ inputs: [x], outputTypes: [type] }) => ({ data: x!.data, shape: type!.shape }),
  broadcastTo: (call) => build(call, (index) => at(call.inputs[0]!, index)),

  transpose(call) {
    const permutation = call.params["permutation"] as Index;
    return build(call, (index) =>
      at(
        call.inputs[0]!,
        permutation.map((_, axis) => index[permutation.indexOf(axis)]!),
      ),
    );
  },

  slice(call) {
    const starts = call.params["starts"] as Index;
    return build(call, (index) =>
      at(
        call.inputs[0]!,
        index.map((i, axis) => i + starts[axis]!),
      ),
    );
  },

  pad(call) {
    const [x] = call.inputs as [Block];
    const { low, value } = call.params as unknown as { low: Index; value: number };
    return build(call, (index) => {
      const inner = index.map((i, axis) => i - low[axis]!);
      return inner.every((i, axis) => i >= 0 && i < x.shape[axis]!) ? at(x, inner) : value;
    });
  },

  concat(call) {
    const axis = call.params["axis"] as number;
    return build(call, (index) => {
      let rest = index[axis]!;
      const owner = call.inputs.find(
        ({ shape }) => rest < shape[axis]! || ((rest -= shape[axis]!), false),
      );
      return at(owner!, index.with(axis, rest));
    });
  },

  reverse(call) {
    const [x] = call.inputs as [Block];
    const axes = call.params["axes"] as Index;
    return build(call, (index) =>
      at(
        x,
        index.map((i, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - i : i)),
      ),
    );
  },

  gather(call) {
    const [x, indices] = call.inputs as [Block, Block];
    const axis = call.params["axis"] as number;
    const rank = indices.shape.length;
    return build(call, (index) => {
      const row = at(indices, index.slice(axis, axis + rank));
      if (row < 0 || row >= x.shape[axis]!) return 0;
      return at(x, [...index.slice(0, axis), row, ...index.slice(axis + rank)]);
    });
  },

  scatterAdd(call) {
    const [base, indices, updates] = call.inputs as [Block, Block, Block];
    const axis = call.params["axis"] as number;
    const rank = indices.shape.length;
    const result = { data: base.data.slice(), shape: base.shape };
    indicesOf(updates.shape).forEach((index, from) => {
      const row = at(indices, index.slice(axis, axis + rank));
      if (row < 0 || row >= base.shape[axis]!) return;
      const to = [...index.slice(0, axis), row, ...index.slice(axis + rank)];
      result.data[offset(base.shape, to)]! += updates.data[from]!;
    });
    return result;
  },
};

/** What numbers saturate at that come from floats. */
const ranges: { readonly [dtype in DType]?: readonly [number, number] } = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u8: [0, 255],
  i8: [-128, 127],
};

function elementwise(
  table: Record<string, (a: number, b: number, c: never) => number>,
): Record<string, Kernel<Block>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, fn]) => [
      name,
      (call: Call) =>
        build(call, (index) => {
          const operands: unknown[] = call.inputs.map((x) => at(x, index));
          return (fn as (...args: unknown[]) => number)(...operands, call.inputTypes[0]!.dtype);
        }),
    ]),
  );
}

function reduction(
  { inputs, params }: Call,
  fn: (values: number[]) => number,
): (index: Index) => number {
  const [x] = inputs as [Block];
  const axes = params["axes"] as Index;
  const inner = indicesOf(axes.map((axis) => x.shape[axis]!));
  return (index) =>
    fn(
      inner.map((offsets) => {
        let next = 0;
        return at(
          x,
          x.shape.map((_, axis) =>
            axes.includes(axis) ? offsets[axes.indexOf(axis)]! : index[next++]!,
          ),
        );
      }),
    );
}

/** The result of a kernel, from a function of the index. Storing to an integer array wraps around. */
function build({ outputTypes: [type] }: Call, fn: (index: Index) => number): Block {
  const { shape, dtype } = type!;
  const data = allocate(dtype, sizeOf(shape));
  indicesOf(shape).forEach((index, i) => (data[i] = fn(index)));
  return { data, shape };
}

/** An element; trailing axes are aligned, and those of length 1 repeated. */
function at({ data, shape }: Block, index: Index): number {
  const extra = index.length - shape.length;
  return data[
    offset(
      shape,
      shape.map((length, axis) => (length === 1 ? 0 : index[axis + extra]!)),
    )
  ]!;
}

function offset(shape: Index, index: Index): number {
  return shape.reduce((total, length, axis) => total * length + index[axis]!, 0);
}

/** All indices of a shape, in row-major order. */
function indicesOf(shape: Index): Index[] {
  return shape.reduce<Index[]>(
    (indices, length) =>
      indices.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
    [[]],
  );
}
