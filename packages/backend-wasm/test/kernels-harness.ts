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
export type Cut = (units: number) => readonly (readonly [from: number, to: number])[];

export const whole: Cut = (units) => [[0, units]];
export const single: Cut = (units) =>
  Array.from({ length: units }, (_, i) => [units - 1 - i, units - i]);
export const threes: Cut = (units) => [
  [units, units],
  ...Array.from({ length: Math.ceil(units / 3) }, (_, i): [number, number] => [
    3 * i,
    Math.min(units, 3 * i + 3),
  ]),
];

/** A kernel in a module of its own, with its values in memory. */
export interface Prepared {
  run(cut?: Cut): void;
  output(): TypedArray;
  /** Bytes behind the end of the output that have changed. */
  spilled(): number;
  readonly codeBytes: number;
  readonly units: readonly number[];
}

const gap = 64;
const mark = 0xa5;

export function prepare(
  primitive: string,
  inputs: readonly Value[],
  result: TensorType,
  params: Params,
  inPlace = false,
): Prepared {
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
  addresses.push(inPlace ? addresses[0]! : reserve(bytes));
  const arena = reserve(scratch);
  const pages = Math.ceil(end / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum });
  const all = new Uint8Array(memory.buffer);
  const frame = new Int32Array(memory.buffer, 64, 64);
  frame[frameSlots.arena] = arena;
  addresses.forEach((address, slot) => (frame[frameSlots.first + slot] = address - 16 * slot));
  const binary = module.finish();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  const run = stages.map(
    (_, i) => exports[`s${i}`] as (frame: number, from: number, to: number) => void,
  );
  const target = addresses.at(-1)!;
  const fill = (): void => {
    all.fill(mark, target - gap, target + bytes + gap);
    inputs.forEach(({ data }, i) =>
      all.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), addresses[i]),
    );
  };
  fill();
  return {
    run(cut = whole) {
      stages.forEach(({ units }, i) => {
        for (const [from, to] of cut(units)) run[i]!(64, from, to);
      });
    },
    output() {
      const copy = all.slice(target, target + bytes);
      const array = allocate(result.dtype, sizeOf(result.shape));
      new Uint8Array(array.buffer).set(copy);
      return array;
    },
    spilled() {
      const before = all.subarray(target - gap, target);
      const behind = all.subarray(target + bytes, target + bytes + gap);
      return [...before, ...behind].filter((byte) => byte !== mark).length;
    },
    codeBytes: binary.length,
    units: stages.map(({ units }) => units),
  };
}

/** Runs a kernel with its units divided in several ways, which all have to give the same bits. */
export function run(
  primitive: string,
  inputs: readonly Value[],
  result: TensorType,
  params: Params = {},
  inPlace = false,
): TypedArray {
  const outputs = [whole, single, threes].map((cut) => {
    const prepared = prepare(primitive, inputs, result, params, inPlace);
    prepared.run(cut);
    if (prepared.spilled() > 0) throw new Error(`${primitive} writes outside of its output`);
    return prepared.output();
  });
  const bits = outputs.map((array) => new Uint8Array(array.buffer, 0, array.byteLength));
  for (const other of bits.slice(1))
    if (other.some((byte, i) => byte !== bits[0]![i]))
      throw new Error(`${primitive} depends on cuts`);
  return outputs[0]!;
}
