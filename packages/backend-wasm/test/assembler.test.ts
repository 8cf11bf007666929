import { expect, test } from "vitest";
import { ModuleBuilder } from "../src/assembler/index.ts";

test("a module sums a range of vectors through imported memory", () => {
  const module = new ModuleBuilder({ shared: false, maximum: 1 });
  const total = module.function("total", ["i32", "i32"], ["f32"], (code, from, to) => {
    const sum = code.local("v128");
    code.repeat(from, to, 16, (at) => {
      code.get(sum).int(at).at("v128.load").op("f32x4.add").set(sum);
    });
    code.get(sum).lane("f32x4.extract_lane", 0);
    for (const n of [1, 2, 3]) code.get(sum).lane("f32x4.extract_lane", n).op("f32.add");
  });
  module.export(total);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    env: { memory },
  });
  new Float32Array(memory.buffer).set(Float32Array.from({ length: 12 }, (_, i) => i));
  const call = exports["total"] as (from: number, to: number) => number;
  expect(call(0, 48)).toBe(66);
  expect(call(16, 32)).toBe(22);
  expect(call(16, 16)).toBe(0);
});

test("numbers of any size are encoded", () => {
  const module = new ModuleBuilder({ shared: false, maximum: 1 });
  const values = [0, 63, 64, -64, -65, 8191, 8192, -(2 ** 31), 2 ** 31 - 1];
  for (const [i, value] of values.entries())
    module.export(module.function(`f${i}`, [], ["i32"], (code) => void code.i32(value)));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    env: { memory },
  });
  expect(values.map((_, i) => (exports[`f${i}`] as () => number)())).toEqual(values);
});
