import { js } from "@nn/backend-js";
import {
  add,
  concatenate,
  div,
  iota,
  jit,
  matmul,
  mean,
  mul,
  relu,
  scan,
  sliceAxis,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  tensor,
  trace,
  valueAndGradient,
  zeros,
  type Tensor,
} from "@nn/core";
import { expect, test } from "vitest";
import { compileProgram } from "../src/compile/index.ts";
import { executableOf } from "../src/executable.ts";
import { makeScratch } from "../src/scratch.ts";
import { bufferUsage } from "../src/standard.ts";
import { open } from "./open.ts";
import { expectTensor, random } from "./reference.ts";

const { backend, device } = await open();
const reference = js();

/** The device, with its scratch memory in parts of so many words. */
function inParts(segment: number): typeof device {
  const limits = { maxBufferSize: segment * 4, maxStorageBufferBindingSize: segment * 4 };
  const gpu = {
    limits: limits as GPUSupportedLimits,
    createBuffer: (descriptor: GPUBufferDescriptor) => device.gpu.createBuffer(descriptor),
  } as GPUDevice;
  const { storage, copySource, copyTarget } = bufferUsage;
  const scratch = makeScratch(gpu, storage | copySource | copyTarget);
  return Object.create(device, { scratch: { value: scratch } }) as typeof device;
}

/** Runs a function with kernels that are bound to few buffers, and compares with the reference backend. */
async function expectAgreement(
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  shapes: readonly (readonly number[])[],
  { segment, buffers }: { segment: number; buffers: number },
): Promise<number> {
  const next = random(5);
  const data = shapes.map((shape) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next() * 2 - 1),
  );
  const program = trace(fn as (...inputs: Tensor[]) => Tensor[], ...shapes.map((s) => zeros(s)));
  const compiled = compileProgram(program, { segment, buffers, long: Infinity });
  for (const { scratch, external } of compiled.kernels)
    expect(scratch.length + external.length).toBeLessThanOrEqual(buffers);
  const executable = executableOf(inParts(segment), compiled, program);
  const results = executable.run(data.map((values) => device.upload(values)));
  const wanted = jit(fn as (...inputs: Tensor[]) => Tensor[])(
    ...data.map((values, i) => tensor(reference, values, { shape: shapes[i]! })),
  );
  for (const [i, buffer] of results.entries()) {
    const { shape, dtype } = wanted[i]!;
    const got = await backend.read(buffer, { shape, dtype });
    const same = tensor(reference, got as Float32Array, { shape });
    await expectTensor(same, shape, wanted[i]!.readSync(), 1e-4, `result ${i}`);
  }
  executable.release?.();
  return Math.ceil(compiled.words / segment);
}

const buffers = [4, 8];

test.each(buffers)(
  "values in more parts of memory than a kernel can be bound to: %i",
  async (count) => {
    // Two do not fit into one part.
    const shapes = Array.from({ length: 12 }, () => [4, 300]);
    const parts = await expectAgreement(
      (...all) => {
        const scaled = all.map((x, i) => mul(x, i));
        const product = matmul(scaled[3]!, scaled[4]!, { transposeB: true });
        return [
          all.reduce((total, x) => add(mul(total, 0.9), x)),
          softmax(scaled.reduce((total, x) => add(mul(total, 0.5), tanh(x)))),
          concatenate(
            all.map((x) => sliceAxis(x, 1, 5, 10)),
            1,
          ),
          add(
            product,
            scaled.reduce((total: Tensor, x) => add(total, sum(x)), sum(all[0]!)),
          ),
        ];
      },
      shapes,
      { segment: 2048, buffers: count },
    );
    expect(parts).toBeGreaterThan(count);
  },
);

test.each(buffers)("parts of a concatenation that lie apart: %i", async (count) => {
  const shapes = Array.from({ length: 36 }, (_, i) => [i % 2 === 0 ? 64 : 1984]);
  const parts = await expectAgreement(
    (...all) => [
      concatenate(
        all.filter((_, i) => i % 2 === 0),
        0,
      ),
      ...all.map((x) => sum(x)),
    ],
    shapes,
    { segment: 2048, buffers: count },
  );
  expect(parts).toBeGreaterThan(count);
});

test.each(buffers)("training in a loop, whose state lies in many parts: %i", async (count) => {
  const weightShapes = [
    [16, 64],
    [64, 60],
    [60, 3],
  ];
  const sizes = [0, 1, 2].flatMap(() => weightShapes);
  const parts = await expectAgreement(
    (x, y, ...start) => {
      const loss = (w: readonly Tensor[]): Tensor => {
        const hidden = relu(matmul(relu(matmul(x, w[0]!)), w[1]!));
        return mean(square(sub(matmul(hidden, w[2]!), y)));
      };
      const [last, losses] = scan(
        (state: Tensor[]) => {
          const w = state.slice(0, 3);
          const [value, slopes] = valueAndGradient(loss)(w);
          const means = slopes.map((g, i) => add(mul(state[3 + i]!, 0.9), mul(g, 0.1)));
          const squares = slopes.map((g, i) => add(mul(state[6 + i]!, 0.99), mul(square(g), 0.01)));
          const next = w.map((one, i) =>
            sub(one, div(mul(means[i]!, 0.01), add(sqrt(squares[i]!), 1))),
          );
          return [[...next, ...means, ...squares], value];
        },
        start.map((one, i) => (i < 6 ? mul(one, 0.3) : square(one))),
        iota(4),
      );
      return [...last, losses];
    },
    [[50, 16], [50, 3], ...sizes],
    { segment: 4096, buffers: count },
  );
  expect(parts).toBeGreaterThan(4);
});
