import {
  add,
  and,
  any,
  cast,
  defineBackend,
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
  neg,
  div,
  type Backend,
  type Operation,
  type Params,
  type Primitive,
  type Program,
  type Tensor,
} from "@nn/core";

/** A backend with a fault, which `testBackend` has to find. */
export interface BrokenBackend {
  readonly name: string;
  make(): Promise<Backend>;
}

type Lowering = (inputs: readonly Tensor[], params: Params) => Tensor;

/** Wrong ways to compute a primitive, by its name. */
const wrongKernels: readonly {
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

/**
 * Faulty variants of a backend. Its own conformance test may run `backendChecks` on each and expect failures; the tests
 * of this package do.
 */
export function brokenBackends(make: () => Backend | Promise<Backend>): readonly BrokenBackend[] {
  const wrap = (name: string, change: (backend: Backend) => Partial<Backend>): BrokenBackend => ({
    name,
    async make() {
      const backend = await make();
      const { executable } = backend;
      const changed = change({ ...backend, executable });
      const broken = defineBackend({ ...backend, ...changed });
      return changed.executable ? { ...broken, executable: changed.executable } : broken;
    },
  });
  return [
    ...wrongKernels.map(({ name, primitive, lower }) =>
      wrap(name, (backend) => ({
        compile: (program) => backend.compile(rewrite(program, primitive, lower)),
      })),
    ),
    wrap("scan runs in the wrong direction", (backend) => ({
      compile: (program) => backend.compile(replace(program, "scan", reversed)),
    })),
    ...brokenHabits.map(([name, change]) => wrap(name, change)),
  ];
}

/** The program with a wrong primitive in place of the one of that name, also in bodies. */
function rewrite(program: Program, name: string, lower: Lowering): Program {
  return replace(program, name, (operation) => {
    const { primitive } = operation;
    const wrong: Primitive = {
      name: `@nn/testing#broken-${name}`,
      contract: 1,
      type: (inputs, params) => primitive.type(inputs, params),
      lower: (inputs, params) => [lower(inputs, params)],
    };
    return { ...operation, primitive: wrong };
  });
}

function replace(
  program: Program,
  name: string,
  change: (operation: Operation) => Operation,
): Program {
  const operations = program.operations.map((operation) => {
    const params = Object.fromEntries(
      Object.entries(operation.params).map(([key, param]) => [
        key,
        typeof param === "object" && param !== null && "operations" in param
          ? replace(param as Program, name, change)
          : param,
      ]),
    );
    const inside = { ...operation, params };
    return operation.primitive.name === name ? change(inside) : inside;
  });
  return { ...program, operations };
}

function reversed(operation: Operation): Operation {
  return { ...operation, params: { ...operation.params, reverse: !operation.params["reverse"] } };
}

/** Indices, -1 where the same one comes again later. */
function lastOfEqual(indices: Tensor): Tensor {
  const flat = reshape(indices, [indices.size]);
  const at = iota(indices.size);
  const comesAgain = any(and(equal(expandDims(flat, 1), flat), less(expandDims(at, 1), at)), 1);
  return reshape(select(comesAgain, -1, flat), indices.shape);
}

/** Faults in how values are kept, not in what is computed. */
const brokenHabits: readonly [string, (backend: Backend) => Partial<Backend>][] = [
  [
    "reading gives the same array every time",
    (backend) => {
      const read = new WeakMap<object, ReturnType<Backend["read"]>>();
      return {
        read(buffer, type) {
          const known = read.get(buffer as object) ?? backend.read(buffer, type);
          read.set(buffer as object, known);
          return known;
        },
      };
    },
  ],
  [
    "uploading keeps the caller's array",
    (backend) => {
      const sources = new WeakMap<object, Parameters<Backend["upload"]>>();
      const fresh = (buffer: unknown): unknown => {
        const source = sources.get(buffer as object);
        return source ? backend.upload(...source) : buffer;
      };
      return {
        upload(data, type) {
          const handle = backend.upload(data, type);
          sources.set(handle as object, [data, type]);
          return handle;
        },
        read: (buffer, type) => backend.read(fresh(buffer), type),
      };
    },
  ],
  [
    "an output that is an input shares its buffer",
    (backend) => ({
      compile(program) {
        const executable = backend.compile(program);
        return {
          ...executable,
          run: (inputs, donated) =>
            executable.run(inputs, donated).map((output, i) => {
              const same = program.inputs.indexOf(program.outputs[i]!);
              return same < 0 ? output : inputs[same]!;
            }),
        };
      },
    }),
  ],
  [
    "a program returns the results of its first run again",
    (backend) => ({
      compile(program) {
        const executable = backend.compile(program);
        let stale: unknown[] | undefined;
        return {
          ...executable,
          run: (inputs) => (stale ??= executable.run(inputs)),
        };
      },
    }),
  ],
  [
    "all inputs are taken for donated",
    (backend) => {
      const gone = new WeakSet<object>();
      const checked = <T>(buffer: T): T => {
        if (gone.has(buffer as object)) throw new Error("this buffer has been reused");
        return buffer;
      };
      return {
        compile(program) {
          const executable = backend.compile(program);
          return {
            ...executable,
            run(inputs, donated) {
              const outputs = executable.run(inputs.map(checked), donated);
              if (program.outputs.length > 1) for (const input of inputs) gone.add(input as object);
              return outputs;
            },
          };
        },
        read: (buffer, type) => backend.read(checked(buffer), type),
      };
    },
  ],
  [
    "every second run is a little off",
    (backend) => ({
      compile(program) {
        const right = backend.compile(program);
        const wrong = backend.compile(
          rewrite(program, "sum", ([x], { axes }) =>
            neg(sum(neg(mul(x!, 1 + 2 ** -20)), axes as number[])),
          ),
        );
        let runs = 0;
        return { ...right, run: (...call) => (runs++ % 2 === 0 ? right : wrong).run(...call) };
      },
    }),
  ],
  [
    "programs are compiled again each time",
    (backend) => ({ executable: (program) => backend.compile(program) }),
  ],
];
