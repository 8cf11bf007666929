import { byteSize } from "@nn/core";
import type { Code, Local } from "../assembler/index.ts";
import { moved } from "../matmul/indices.ts";
import { baseOf, type Place, type Stage } from "../stage.ts";
import { numbers, type Float } from "../vectors.ts";
import {
  forEachWindow,
  loadAt,
  pooledLengths,
  storeAt,
  type Pooling,
  type WindowAt,
} from "./windows.ts";

/** The largest cell under each position of the window; NaN where one is NaN. */
export function planMaxPool(
  pooling: Pooling,
  input: Place,
  output: Place,
  name: string,
): readonly Stage[] {
  const { dtype } = pooling;
  return poolStages(pooling, name, (code, frame, image) => {
    const from = baseOf(code, frame, input);
    const to = baseOf(code, frame, output);
    const most = code.local("v128");
    forEachWindow(code, pooling, image, (window) => {
      findMost(code, dtype, from, input, window, most);
      storeAt(code, dtype, to, output, window.result, 0, window.lanes, most);
    });
  });
}

/** Hands each cotangent to the first of the largest cells under the window, or to the first NaN. */
export function planMaxPoolGradient(
  pooling: Pooling,
  input: Place,
  cotangent: Place,
  output: Place,
  name: string,
): readonly Stage[] {
  const { dtype } = pooling;
  const { type } = numbers[dtype];
  const isApart = standsApart(pooling);
  return poolStages(pooling, name, (code, frame, image) => {
    const from = baseOf(code, frame, input);
    const given = baseOf(code, frame, cotangent);
    const to = baseOf(code, frame, output);
    const most = code.local("v128");
    const cell = code.local("v128");
    const rest = code.local("v128");
    const taken = code.local("v128");
    if (!(isApart && coversAll(pooling))) clear(code, pooling, to, output, image);
    forEachWindow(code, pooling, image, (window) => {
      const { lanes, result } = window;
      findMost(code, dtype, from, input, window, most);
      loadAt(code, dtype, given, cotangent, result, 0, lanes);
      const whole = code.take("v128");
      code.splat("i32x4", -1).set(rest);
      window.forEachCell((position, offset) => {
        loadAt(code, dtype, from, input, position, offset, lanes);
        code.set(cell);
        // Those that are not below the largest one: the largest, and NaN, which only then is the largest.
        code.get(cell).get(most).op(`${type}.eq`).get(cell).get(cell).op(`${type}.ne`);
        code.op("v128.or").get(rest).op("v128.and").set(taken);
        code.get(rest).get(taken).op("v128.andnot").set(rest);
        if (isApart) code.get(whole).get(taken).op("v128.and").set(cell);
        else {
          loadAt(code, dtype, to, output, position, offset, lanes);
          code.get(whole).get(taken).op("v128.and").op(`${type}.add`).set(cell);
        }
        storeAt(code, dtype, to, output, position, offset, lanes, cell);
      });
    });
  });
}

/** The mean of the cells under each position of the window, without the padding. */
export function planAveragePool(
  pooling: Pooling,
  input: Place,
  output: Place,
  name: string,
): readonly Stage[] {
  const { dtype } = pooling;
  const { type } = numbers[dtype];
  return poolStages(pooling, name, (code, frame, image) => {
    const from = baseOf(code, frame, input);
    const to = baseOf(code, frame, output);
    const sum = code.local("v128");
    forEachWindow(code, pooling, image, (window) => {
      code.splat(type, 0).set(sum);
      window.forEachCell((position, offset) => {
        code.get(sum);
        loadAt(code, dtype, from, input, position, offset, window.lanes);
        code.op(`${type}.add`).set(sum);
      });
      code.get(sum);
      divideByCount(code, dtype, window);
      code.set(sum);
      storeAt(code, dtype, to, output, window.result, 0, window.lanes, sum);
    });
  });
}

/** Divides each cotangent among the cells under the window. */
export function planAveragePoolGradient(
  pooling: Pooling,
  cotangent: Place,
  output: Place,
  name: string,
): readonly Stage[] {
  const { dtype } = pooling;
  const { type } = numbers[dtype];
  const isApart = standsApart(pooling);
  return poolStages(pooling, name, (code, frame, image) => {
    const given = baseOf(code, frame, cotangent);
    const to = baseOf(code, frame, output);
    const share = code.local("v128");
    const cell = code.local("v128");
    if (!(isApart && coversAll(pooling))) clear(code, pooling, to, output, image);
    forEachWindow(code, pooling, image, (window) => {
      const { lanes } = window;
      loadAt(code, dtype, given, cotangent, window.result, 0, lanes);
      divideByCount(code, dtype, window);
      code.set(share);
      window.forEachCell((position, offset) => {
        if (isApart) return storeAt(code, dtype, to, output, position, offset, lanes, share);
        loadAt(code, dtype, to, output, position, offset, lanes);
        code.get(share).op(`${type}.add`).set(cell);
        storeAt(code, dtype, to, output, position, offset, lanes, cell);
      });
    });
  });
}

/** Whether no cell is under two positions of the window, so that gradients are stored and not added. */
function standsApart({ window, strides }: Pooling): boolean {
  return window.every((length, axis) => strides[axis]! >= length);
}

/** Whether each cell is under a window, if windows stand apart. */
function coversAll(pooling: Pooling): boolean {
  const { height, width, window, strides, padding } = pooling;
  const lengths = pooledLengths(pooling);
  return [height, width].every(
    (length, axis) =>
      strides[axis] === window[axis] &&
      lengths[axis]! * strides[axis]! - padding[axis]![0] >= length,
  );
}

/** One stage, whose units are images. */
function poolStages(
  pooling: Pooling,
  name: string,
  write: (code: Code, frame: Local, image: Local) => void,
): readonly Stage[] {
  const { dtype, images, height, width, channels, window } = pooling;
  const [rows, columns] = pooledLengths(pooling);
  const bytes = images * channels * byteSize(dtype);
  if (bytes * height * width === 0) return [];
  return [
    {
      name,
      units: images,
      cost: (bytes * (height * width + rows * columns * window[0] * window[1])) / 10,
      emit(code, frame, from, to) {
        code.repeat(from, to, 1, (image) => write(code, frame, image as Local));
      },
    },
  ];
}

function findMost(
  code: Code,
  dtype: Float,
  base: Local,
  place: Place,
  window: WindowAt,
  most: Local,
): void {
  const { type } = numbers[dtype];
  // `max` takes several instructions for the sake of NaN, which is noted apart instead.
  const cell = code.local("v128");
  const isNaN = code.local("v128");
  code.splat(type, -Infinity).set(most);
  code.splat("i32x4", 0).set(isNaN);
  window.forEachCell((position, offset) => {
    loadAt(code, dtype, base, place, position, offset, window.lanes);
    code.set(cell).get(most).get(cell).op(`${type}.pmax`).set(most);
    code.get(isNaN).get(cell).get(cell).op(`${type}.ne`).op("v128.or").set(isNaN);
  });
  code.get(most).get(isNaN).op("v128.or").set(most);
}

function divideByCount(code: Code, dtype: Float, { count }: WindowAt): void {
  const { type } = numbers[dtype];
  if (typeof count === "number") code.splat(type, count);
  else code.get(count).op(`${dtype}.convert_i32_s`).op(`${type}.splat`);
  code.op(`${type}.div`);
}

/** Sets an image to zero. */
function clear(
  code: Code,
  { dtype, height, width, channels }: Pooling,
  base: Local,
  { offset }: Place,
  image: Local,
): void {
  const bytes = height * width * channels * byteSize(dtype);
  code.get(moved(code, base, [image, 1], [bytes, offset]));
  code.i32(0).i32(bytes).fill();
}
