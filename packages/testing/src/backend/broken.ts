import {
  defineBackend,
  mul,
  sum,
  neg,
  type Backend,
  type Operation,
  type Primitive,
  type Program,
} from "@nn/core";
import { wrongKernels, type Lowering } from "./broken-kernels.ts";

/** A backend with a fault, which `testBackend` has to find. */
export interface BrokenBackend {
  readonly name: string;
  make(): Promise<Backend>;
}

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
