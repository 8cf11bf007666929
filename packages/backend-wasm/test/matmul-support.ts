import { ModuleBuilder, type Code, type Local } from "../src/assembler/index.ts";
import {
  baseOf,
  frameSlots,
  type Epilogue,
  type Place,
  type Stage,
  type Target,
} from "../src/stage.ts";

export type Float = "f32" | "f64";

/** Memory with named arrays in it, and a frame that knows where they are. */
export interface Bench {
  /** The place of an array, whose first elements are these. */
  place(dtype: Float, values: ArrayLike<number>): Place;
  scratch(bytes: number): Place;
  /** Compiles stages; each runs units `from` to `to`, or all. */
  compile(stages: readonly Stage[]): {
    run(stage: number, from?: number, to?: number): void;
    bytes: number;
  };
  read(place: Place, dtype: Float, length: number): Float32Array | Float64Array;
  write(place: Place, dtype: Float, values: ArrayLike<number>): void;
}

/** Every array gets a slot of its own, and one is at an offset from it. */
export function bench(pages = 64): Bench {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const slots = new Int32Array(memory.buffer, 0, 256);
  let slot: number = frameSlots.first;
  let end = 4096;
  const reserve = (bytes: number): Place => {
    const offset = 64 * (slot % 3);
    slots[slot] = end;
    end += Math.ceil((bytes + offset) / 64) * 64 + 64;
    if (end > pages * 65536) throw new Error(`${end} bytes are more than the memory has.`);
    return { slot: slot++, offset };
  };
  const view = (place: Place, dtype: Float, length: number): Float32Array | Float64Array =>
    new (dtype === "f32" ? Float32Array : Float64Array)(
      memory.buffer,
      slots[place.slot]! + place.offset,
      length,
    );
  return {
    place(dtype, values) {
      const place = reserve(values.length * (dtype === "f32" ? 4 : 8));
      view(place, dtype, values.length).set(values);
      return place;
    },
    scratch(bytes) {
      const place = reserve(bytes);
      view(place, "f32", bytes / 4).fill(Number.NaN);
      return place;
    },
    compile(stages) {
      const module = new ModuleBuilder({ shared: false, maximum: pages });
      stages.forEach((stage, i) => {
        module.export(
          module.function(`stage${i}`, ["i32", "i32", "i32"], [], (code, frame, from, to) =>
            stage.emit(code, frame, from, to),
          ),
        );
      });
      const bytes = module.finish();
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
        env: { memory },
      });
      return {
        bytes: bytes.length,
        run(stage, from = 0, to = stages[stage]!.units) {
          (exports[`stage${stage}`] as (frame: number, from: number, to: number) => void)(
            0,
            from,
            to,
          );
        },
      };
    },
    read: (place, dtype, length) => view(place, dtype, length).slice(),
    write: (place, dtype, values) => view(place, dtype, values.length).set(values),
  };
}

/** Adds every element to what is stored, so that one which is handed over twice shows. */
export function addInto(place: Place, dtype: Float, rows: number, columns: number): Epilogue {
  return { begin: (code, frame, at) => tileAt(place, dtype, rows, columns, true, code, frame, at) };
}

/** Stores every element. */
export function storeInto(place: Place, dtype: Float, rows: number, columns: number): Epilogue {
  return {
    begin: (code, frame, at) => tileAt(place, dtype, rows, columns, false, code, frame, at),
  };
}

function tileAt(
  place: Place,
  dtype: Float,
  rows: number,
  columns: number,
  adds: boolean,
  code: Code,
  frame: Local,
  { batch, row, column }: Parameters<Epilogue["begin"]>[2],
): ReturnType<Epilogue["begin"]> {
  const size = dtype === "f32" ? 4 : 8;
  const full = 16 / size;
  const base = baseOf(code, frame, place);
  code.address(base, batch, rows * columns * size);
  const image = code.take("i32");
  code.address(image, row, columns * size);
  const line = code.take("i32");
  code.address(line, column, size);
  const first = code.take("i32");
  return {
    take(row, column, lanes, value) {
      if (![4, 2, 1].includes(lanes) || lanes > full) throw new Error(`${lanes} lanes`);
      const at = place.offset + (row * columns + column) * size;
      const add = dtype === "f32" ? "f32x4.add" : "f64x2.add";
      const single = lanes === full ? undefined : lanes * size;
      code.get(first);
      if (adds) {
        code
          .get(first)
          .at(
            single === undefined
              ? "v128.load"
              : single === 4
                ? "v128.load32_zero"
                : "v128.load64_zero",
            at,
          );
        code.get(value).op(add);
      } else code.get(value);
      if (single === undefined) code.at("v128.store", at);
      else code.at(single === 4 ? "v128.store32_lane" : "v128.store64_lane", at, 0);
    },
  };
}

/** Whether the engine has relaxed SIMD. */
export function hasRelaxed(): boolean {
  const module = new ModuleBuilder({ shared: false, maximum: 1 });
  module.function("f", [], ["v128"], (code) => {
    for (let i = 0; i < 3; i++) code.splat("f32x4", i);
    code.op("f32x4.relaxed_madd");
  });
  return WebAssembly.validate(module.finish());
}

export const strict: Target = { relaxed: false, wide: false };
