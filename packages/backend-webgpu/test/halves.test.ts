import { expect, test } from "vitest";
import { functionsFor } from "../src/wgsl/functions.ts";
import { floatOfHalf, roundToHalf } from "./half-floats.ts";
import { open } from "./open.ts";
import { random } from "./reference.ts";

const { device } = await open();

/** Runs an expression of a word `x` for each of some words. */
async function each(expression: string, words: Uint32Array): Promise<Uint32Array> {
  const { gpu } = device;
  const code = `
@group(0) @binding(0) var<storage, read_write> words : array<u32>;
${functionsFor(expression)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3<u32>) {
  let x = words[id.x];
  words[id.x] = ${expression};
}`;
  const size = words.byteLength;
  const buffer = gpu.createBuffer({ size, usage: 128 | 8 | 4 });
  gpu.queue.writeBuffer(buffer, 0, words as Uint32Array<ArrayBuffer>);
  const pipeline = gpu.createComputePipeline({
    layout: "auto",
    compute: { module: gpu.createShaderModule({ code }) },
  });
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const layout = pipeline.getBindGroupLayout(0);
  const entries = [{ binding: 0, resource: { buffer } }];
  pass.setBindGroup(0, gpu.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(words.length / 64);
  pass.end();
  const target = gpu.createBuffer({ size, usage: 1 | 8 });
  encoder.copyBufferToBuffer(buffer, 0, target, 0, size);
  gpu.queue.submit([encoder.finish()]);
  await target.mapAsync(1);
  return new Uint32Array(target.getMappedRange().slice(0));
}

const all = Uint32Array.from({ length: 65_536 }, (_, bits) => bits);

test("every half is the float that it stands for, and turns into itself again", async () => {
  const floats = new Float32Array((await each("bitcast<u32>(halfValue(x))", all)).buffer);
  all.forEach((bits) => {
    if (!Object.is(floats[bits], floatOfHalf(bits)))
      expect(floats[bits], bits.toString(16)).toBe(floatOfHalf(bits));
  });
  const back = await each("halfBits(halfValue(x))", all);
  const isNan = (bits: number): boolean => (bits & 0x7fff) > 0x7c00;
  all.forEach((bits) => {
    if (isNan(bits) ? !isNan(back[bits]!) : back[bits] !== bits)
      expect(back[bits], bits.toString(16)).toBe(bits);
  });
});

test("floats are rounded to the nearest half, ties to even, with infinities, denormals and NaN", async () => {
  const next = random(31);
  const halves = [...all].map(floatOfHalf).filter((x) => Number.isFinite(x));
  const sorted = [...new Set(halves)].sort((a, b) => a - b);
  const floats: number[] = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 3.4e38, 65_504];
  floats.push(65_519, 65_519.996, 65_520, 65_535, 65_536, -65_520, -65_519.996, 1e5, -1e30);
  // Halfway between two neighbours, and the floats on both sides of that.
  sorted.slice(1).forEach((high, i) => {
    const tie = Math.fround((sorted[i]! + high) / 2);
    const step = Math.max(2 ** -149, Math.abs(tie) * 2 ** -23);
    floats.push(tie, tie - step, tie + step);
  });
  for (let i = 0; i < 100_000; i++)
    floats.push((next() * 2 - 1) * 2 ** Math.floor(next() * 60 - 35));
  while (floats.length % 64 > 0) floats.push(0);
  const given = Float32Array.from(floats);
  const bits = await each("halfBits(bitcast<f32>(x))", new Uint32Array(given.buffer));
  given.forEach((value, i) => {
    const got = floatOfHalf(bits[i]!);
    if (!Object.is(got, roundToHalf(value))) expect(got, String(value)).toBe(roundToHalf(value));
  });
  expect(bits.every((word) => word >>> 16 === 0)).toBe(true);
});
