import {
  allocate,
  byteSize,
  sizeOf,
  type DType,
  type Params,
  type TensorType,
  type TypedArray,
} from "@nn/core";
import { ModuleBuilder } from "../src/assembler/index.ts";
import { kernels } from "../src/kernels/index.ts";
import type { Stored } from "../src/kernels/kernel.ts";
import { frameSlots } from "../src/stage.ts";

/** A value for a kernel. */
export interface Value extends TensorType {
  readonly data: TypedArray;
}

export function value(dtype: DType, shape: readonly number[], numbers: Iterable<number>): Value {
  const data = allocate(dtype, sizeOf(shape));
  data.set([...numbers].slice(0, data.length));
  return { dtype, shape, data };
}

/** Where the units of a stage are divided, in the order in which the parts are done. */
type Cut = (units: number) => readonly (readonly [from: number, to: number])[];

const cuts: readonly Cut[] = [
  (units) => [[0, units]],
  (units) => Array.from({ length: units }, (_, i) => [units - 1 - i, units - i]),
  (units) => [
    [units, units],
    ...Array.from({ length: Math.ceil(units / 3) }, (_, i): [number, number] => [
      3 * i,
      Math.min(units, 3 * i + 3),
    ]),
  ],
];

const gap = 64;
const mark = 0xa5;

/** Runs a kernel with its units divided in several ways, which all have to give the same bits. */
export function run(
  primitive: string,
  inputs: readonly Value[],
  result: TensorType,
  params: Params = {},
  inPlace = false,
): TypedArray {
  const maximum = 4096;
  const module = new ModuleBuilder({ shared: false, maximum });
  const place = (type: TensorType, slot: number): Stored => ({
    dtype: type.dtype,
    shape: type.shape,
    place: { slot: frameSlots.first + slot, offset: 16 * slot },
  });
  let scratch = 0;
  const stages = kernels[primitive]!({
    module,
    target: { relaxed: false, wide: false },
    name: primitive,
    inputs: inputs.map(place),
    outputs: [place(result, inputs.length)],
    params,
    scratch(bytes) {
      const offset = scratch;
      scratch += Math.ceil(bytes / 64) * 64;
      return { slot: frameSlots.arena, offset };
    },
  });
  stages.forEach((stage, i) => {
    const body = module.function(`s${i}`, ["i32", "i32", "i32"], [], (code, frame, from, to) =>
      stage.emit(code, frame!, from!, to!),
    );
    module.export(body);
  });

  let end = 4096;
  const reserve = (bytes: number): number => {
    const start = end + gap;
    end = Math.ceil((start + bytes + gap) / 64) * 64;
    return start;
  };
  const addresses = inputs.map(({ data }) => reserve(data.byteLength));
  const bytes = sizeOf(result.shape) * byteSize(result.dtype);
  const target = inPlace ? addresses[0]! : reserve(bytes);
  addresses.push(target);
  const arena = reserve(scratch);
  const pages = Math.ceil(end / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum });
  const all = new Uint8Array(memory.buffer);
  const frame = new Int32Array(memory.buffer, 64, 64);
  frame[frameSlots.arena] = arena;
  addresses.forEach((address, slot) => (frame[frameSlots.first + slot] = address - 16 * slot));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    env: { memory },
  });
  const outputs = cuts.map((cut) => {
    all.fill(mark, target - gap, target + bytes + gap);
    inputs.forEach(({ data }, i) =>
      all.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), addresses[i]),
    );
    stages.forEach(({ units }, i) => {
      const stage = exports[`s${i}`] as (frame: number, from: number, to: number) => void;
      for (const [from, to] of cut(units)) stage(64, from, to);
    });
    const before = all.subarray(target - gap, target);
    const behind = all.subarray(target + bytes, target + bytes + gap);
    if ([...before, ...behind].some((byte) => byte !== mark))
      throw new Error(`${primitive} writes outside of its output`);
    return all.slice(target, target + bytes);
  });
  const [first, ...others] = outputs as [Uint8Array, ...Uint8Array[]];
  for (const other of others)
    if (other.some((byte, i) => byte !== first[i])) throw new Error(`${primitive} depends on cuts`);
  const array = allocate(result.dtype, sizeOf(result.shape));
  new Uint8Array(array.buffer).set(first);
  return array;
}
