import {
  add,
  allocate,
  jit,
  matmul,
  mul,
  print,
  reshape,
  scatterAdd,
  softmax,
  sum,
  tanh,
  tensor,
  trace,
  zeros,
  type Backend,
  type Buffer,
  type DType,
  type Tensor,
  type TypedArray,
} from "@nn/core";
import { expectRefusal, expectThat, type Check, type Outcome } from "../check.ts";
import { makeValue } from "../generate/values.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { toTyped } from "../reference/value.ts";
import { missingChecks } from "./missing.ts";
import { floatOf, missingDTypes, type Subject } from "./subject.ts";

type Rule = (backend: Backend) => Promise<Outcome | void>;

/** What the backend interface promises besides numbers. */
export function contractChecks(subject: Subject): Check[] {
  const rules: readonly [string, Rule][] = [
    ["says what it is", saysWhatItIs],
    ["takes and gives back all of its dtypes", roundTrips],
    ["gives copies when it is read", readsCopies],
    ["takes copies of what is uploaded", uploadsCopies],
    ["returns outputs of their own", returnsOwnOutputs],
    ["keeps values while other programs run", keepsValues],
    ["reuses donated memory and nothing else", donates],
    ["refuses a donated tensor that is used again", refusesDonated],
    ["refuses a donation of one tensor for two arguments before it runs", refusesTwice],
    ["refuses a disposed tensor, and keeps the rest", disposes],
    ["refuses operands on two backends", refusesMixture],
    ["refuses dtypes that it lacks", refusesDTypes],
    ["computes the same bits again", isDeterministic],
    ["compiles a program once", compilesOnce],
    ["keeps working when compiled programs are released", survivesRelease],
  ];
  return [
    ...rules.map(([name, rule]) => ({ name, run: async () => rule(await subject.backend()) })),
    ...missingChecks(subject),
  ];
}

/** Elements of a known tensor, as they are compared. */
async function elements(x: Tensor): Promise<number[]> {
  return [...(await x.read())];
}

function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  const isSame = actual.length === expected.length;
  expectThat(
    isSame && Array.from(actual).every((number, i) => Object.is(number, expected[i])),
    () =>
      `${what}: expected [${Array.from(expected).join(", ")}], got [${Array.from(actual).join(", ")}]`,
  );
}

const saysWhatItIs: Rule = async ({ kind, config, contract, dtypes, lost }) => {
  expectThat(
    /^@?[\w.-]+(\/[\w.-]+)?#[\w.-]+$/.test(kind),
    () => `kind is '${kind}', expected '@scope/package#name'`,
  );
  expectThat(
    Number.isInteger(contract),
    () => `contract is ${contract}, expected the number it is written for`,
  );
  const copy = JSON.stringify(JSON.parse(JSON.stringify(config)));
  expectThat(copy === JSON.stringify(config), () => "config does not survive JSON");
  const basic: readonly DType[] = ["f32", "i32", "bool"];
  for (const dtype of basic)
    expectThat(
      dtypes.includes(dtype),
      () => `dtypes are ${dtypes.join(", ")}; ${dtype} is expected of all backends`,
    );
  expectThat(lost === undefined || lost instanceof Promise, () => "lost should be a promise");
};

const roundTrips: Rule = async (backend) => {
  for (const dtype of backend.dtypes)
    for (const shape of [[], [0], [3], [2, 0, 3], [5, 7]]) {
      const options = { nonFinite: backend.nonFinite ?? true };
      const value = makeValue({ dtype, shape }, "wide", 7, options);
      const typed = toTyped(value);
      const buffer = backend.upload(typed, value);
      const what = `${dtype}[${shape.join()}]`;
      const back = await backend.read(buffer, value);
      const wanted = allocate(dtype, 0)[Symbol.toStringTag];
      expectThat(back[Symbol.toStringTag] === wanted, () => `${what} should be read as ${wanted}`);
      expectSame(back, typed, what);
      if (backend.readSync) expectSame(backend.readSync(buffer, value), typed, `${what}, readSync`);
      backend.release?.(buffer);
    }
};

const readsCopies: Rule = async (backend) => {
  const x = tensor(backend, [1, 2, 3]);
  (await x.read()).fill(9);
  expectSame(await elements(x), [1, 2, 3], "a tensor whose copy was written to");
  if (!backend.readSync) return;
  x.readSync().fill(9);
  expectSame(await elements(x), [1, 2, 3], "a tensor whose synchronous copy was written to");
};

const uploadsCopies: Rule = async (backend) => {
  const data = Float32Array.of(1, 2, 3);
  const type = { shape: [3], dtype: "f32" } as const;
  const buffer = backend.upload(data, type);
  data.fill(9);
  expectSame(await backend.read(buffer, type), [1, 2, 3], "a value whose source was written to");
};

const returnsOwnOutputs: Rule = async (backend) => {
  const shape = [2, 2];
  const type = { shape, dtype: "f32" } as const;
  const program = trace(
    (x: Tensor) => [x, x, reshape(x, [4]), add(x, 0), add(x, 1), zeros([2, 2]), zeros([2, 2])],
    zeros(shape),
  );
  const executable = backend.executable(program);
  const input = backend.upload(Float32Array.of(1, 2, 3, 4), type);
  const first = executable.run([input]);
  const second = executable.run([input]);
  const all: Buffer[] = [input, ...first, ...second];
  expectThat(
    new Set(all).size === all.length,
    () => `outputs are the input, or each other, in\n${print(program)}`,
  );
  const expected = [
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [1, 2, 3, 4],
    [2, 3, 4, 5],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  backend.release?.(input);
  for (const buffer of first) backend.release?.(buffer);
  for (const [i, buffer] of second.entries()) {
    const own = program.types[program.outputs[i]!]!;
    expectSame(
      await backend.read(buffer, own),
      expected[i]!,
      `output ${i}, after all else was released`,
    );
    backend.release?.(buffer);
  }
};

const keepsValues: Rule = async (backend) => {
  const next = jit((x: Tensor) => [add(x, 1), mul(x, 2)]);
  const start = tensor(backend, [1, 2, 3]);
  const early = next(start);
  const late = next(tensor(backend, [10, 20, 30]));
  next(early[0]!);
  next(late[1]!);
  expectSame(await elements(start), [1, 2, 3], "an input, after programs ran on it");
  expectSame(await elements(early[0]!), [2, 3, 4], "an output, after the program ran again");
  expectSame(await elements(early[1]!), [2, 4, 6], "an output, after the program ran again");
  expectSame(await elements(late[0]!), [11, 21, 31], "an output of the second run");
};

const donates: Rule = async (backend) => {
  const copy = jit((x: Tensor) => [x]);
  const step = jit((x: Tensor, y: Tensor) => [add(x, y), x, mul(x, y)], { donate: [0] });
  const x = tensor(backend, [1, 2, 3]);
  const y = tensor(backend, [10, 20, 30]);
  const [kept] = copy(x) as [Tensor];
  const [total, same, product] = step(x, y) as [Tensor, Tensor, Tensor];
  const [again] = step(total, y) as [Tensor];
  expectSame(await elements(again), [21, 42, 63], "a result of donated tensors");
  expectSame(await elements(same), [1, 2, 3], "a donated tensor that is returned");
  expectSame(await elements(product), [10, 40, 90], "a second result");
  expectSame(await elements(kept), [1, 2, 3], "a copy of a donated tensor");
  expectSame(await elements(y), [10, 20, 30], "a tensor beside a donated one");
};

const refusesDonated: Rule = async (backend) => {
  const step = jit((x: Tensor) => add(x, 1), { donate: [0] });
  const x = tensor(backend, [1, 2, 3]);
  const y = step(x);
  await expectRefusal(() => add(x, 1), /donated/, "an operation on a donated tensor");
  await expectRefusal(() => x.read(), /donated/, "reading a donated tensor");
  await expectRefusal(() => step(x), /donated/, "donating a tensor again");
  expectSame(await elements(y), [2, 3, 4], "the result of a donation");
};

const refusesTwice: Rule = async (backend) => {
  const step = jit((x: Tensor, y: Tensor) => add(x, y), { donate: [0, 1] });
  const beside = jit((x: Tensor, y: Tensor) => add(x, y), { donate: [0] });
  const x = tensor(backend, [1, 2, 3]);
  await expectRefusal(() => step(x, x), /twice/, "one tensor donated for two arguments");
  await expectRefusal(
    () => beside(x, x),
    /twice/,
    "a donated tensor passed for another argument, too",
  );
  expectSame(await elements(x), [1, 2, 3], "a tensor whose donation was refused");
};

const disposes: Rule = async (backend) => {
  const x = tensor(backend, [1, 2, 3]);
  const y = jit((a: Tensor) => [a, add(a, 1)])(x) as [Tensor, Tensor];
  x.dispose();
  x.dispose();
  await expectRefusal(() => add(x, 1), /disposed/, "an operation on a disposed tensor");
  await expectRefusal(() => x.read(), /disposed/, "reading a disposed tensor");
  expectSame(await elements(y[0]), [1, 2, 3], "a result that is equal to a disposed tensor");
  y[0].dispose();
  expectSame(await elements(y[1]), [2, 3, 4], "a result beside a disposed one");
};

const refusesMixture: Rule = async (backend) => {
  const x = tensor(backend, [1, 2, 3]);
  const y = tensor(referenceBackend(), [1, 2, 3]);
  await expectRefusal(() => add(x, y), /two backends/, "an operation on tensors of two backends");
  expectSame(await elements(add(x, 1)), [2, 3, 4], "the tensor, afterwards");
};

const refusesDTypes: Rule = async (backend) => {
  const x = tensor(backend, [1]);
  for (const dtype of missingDTypes(backend)) {
    const pattern = new RegExp(`no ${dtype}`);
    await expectRefusal(() => tensor(backend, [1], { dtype }), pattern, `a tensor of ${dtype}`);
    await expectRefusal(() => add(x, zeros([1], dtype)), /./, `an operand of ${dtype}`);
  }
};

const isDeterministic: Rule = async (backend) => {
  const program = trace(
    (x: Tensor, i: Tensor) => {
      const y = tanh(matmul(x, x, { transposeB: true }));
      return [softmax(y), sum(y, 0), scatterAdd(zeros([5, 37], x.dtype), i, y)];
    },
    zeros([37, 19], floatOf(backend)),
    zeros([37], "i32"),
  );
  const inputs = program.inputs.map((id, i) => {
    const type = { ...program.types[id]!, ...(i === 1 && { indexOf: 5 }) };
    return makeValue(type, "any", 11 + i, { nonFinite: false });
  });
  const buffers = inputs.map((input) => backend.upload(toTyped(input), input));
  const runs: TypedArray[][] = [];
  for (const executable of [
    backend.executable(program),
    backend.executable(program),
    backend.compile(program),
  ])
    for (let repeat = 0; repeat < 3; repeat++) {
      const outputs = executable.run(buffers);
      runs.push(
        await Promise.all(
          outputs.map((one, i) => backend.read(one, program.types[program.outputs[i]!]!)),
        ),
      );
    }
  for (const [at, run] of runs.entries())
    run.forEach((output, i) => expectSame(output, runs[0]![i]!, `output ${i} of run ${at + 1}`));
};

const compilesOnce: Rule = async (backend) => {
  const program = (factor: number): ReturnType<typeof trace> =>
    trace((x: Tensor) => tanh(mul(x, factor)), zeros([3, 2]));
  expectThat(
    backend.executable(program(3)) === backend.executable(program(3)),
    () => "a program of the same content is compiled again; make the backend with defineBackend",
  );
  expectThat(
    backend.executable(program(3)) !== backend.executable(program(4)),
    () => "programs that differ in a constant share an executable",
  );
  const { ready } = backend.executable(program(3));
  expectThat(ready === undefined || ready instanceof Promise, () => "ready should be a promise");
  await ready;
};

const survivesRelease: Rule = async (backend) => {
  const sumWith = (x: Tensor, number: number): Tensor =>
    jit((a: Tensor) => add(mul(a, 2), number))(x);
  const x = tensor(backend, [1, 2]);
  const first = sumWith(x, 0);
  for (let number = 1; number < 300; number++) sumWith(x, number).dispose();
  expectSame(await elements(first), [2, 4], "a result whose program has been released");
  expectSame(await elements(sumWith(x, 0)), [2, 4], "a program that is compiled again");
};
