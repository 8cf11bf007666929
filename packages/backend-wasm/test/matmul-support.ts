import { ModuleBuilder } from "../src/assembler/index.ts";
import {
  baseOf,
  frameSlots,
  type Epilogue,
  type Place,
  type Stage,
  type Target,
} from "../src/stage.ts";
import { loadLanes, numbers, storeLanes, type Float } from "../src/vectors.ts";

export type { Float };

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
  const { type, size, lanes: full } = numbers[dtype];
  return {
    begin(code, frame, { batch, row, column }) {
      const image = code.address(baseOf(code, frame, place), batch, rows * columns * size);
      const line = code.address(image.take("i32"), row, columns * size);
      const first = code.address(line.take("i32"), column, size).take("i32");
      return {
        take(row, column, lanes, value) {
          if (![4, 2, 1].includes(lanes) || lanes > full) throw new Error(`${lanes} lanes`);
          const at = place.offset + (row * columns + column) * size;
          const sum = loadLanes(code, dtype, first, at, lanes).get(value).op(`${type}.add`);
          storeLanes(code, dtype, first, at, lanes, sum.take("v128"));
        },
      };
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
