import { sizeOf, type KernelCall, type TensorType } from "@nn/core";
import type { Device, DeviceBuffer } from "./device.ts";
import { compute, runShader, type Shader, type Uniform } from "./shader.ts";

/** How a box of elements lies in a flat buffer: where it begins, and how far each axis steps. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Elements from one element of a row-major array of this shape to the next, along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** A new buffer with the box that `from` finds in the input. Bits stay what they are, whatever the dtype. */
export function gatherBox(
  device: Device,
  input: DeviceBuffer,
  shape: readonly number[],
  from: Layout,
): DeviceBuffer {
  return compute(device, moveShader(shape, from), [input], input.storage, sizeOf(shape));
}

/** Writes all elements of the input, as a box of this shape, to the places in the output that `to` finds. */
export function placeBox(
  device: Device,
  input: DeviceBuffer,
  shape: readonly number[],
  output: DeviceBuffer,
  to: Layout,
): void {
  if (input.size === 0) return;
  const shader = moveShader(shape, { offset: 0, strides: stridesOf(shape) }, to);
  runShader(device, shader, [input], output, input.size);
}

/** The same elements repeated to another shape. */
export function broadcast(
  device: Device,
  input: DeviceBuffer,
  from: readonly number[],
  shape: readonly number[],
): DeviceBuffer {
  if (input.size === 0) return device.empty(input.storage);
  const own = stridesOf(from);
  const extra = shape.length - from.length;
  const strides = shape.map((_, axis) =>
    axis < extra || from[axis - extra] === 1 ? 0 : own[axis - extra]!,
  );
  return gatherBox(device, input, shape, { offset: 0, strides });
}

/** The same elements with the axes in another order. */
export function permute(
  device: Device,
  input: DeviceBuffer,
  { shape }: TensorType,
  permutation: readonly number[],
): DeviceBuffer {
  const own = stridesOf(shape);
  const strides = permutation.map((axis) => own[axis]!);
  return gatherBox(
    device,
    input,
    permutation.map((axis) => shape[axis]!),
    { offset: 0, strides },
  );
}

/** A new buffer of one value. */
export function fill(
  device: Device,
  { outputTypes: [type] }: Pick<KernelCall, "outputTypes">,
  value: number,
): DeviceBuffer {
  const storage = type!.dtype === "f32" ? "float32" : "int32";
  const uniform: Uniform = { name: "value", type: storage === "float32" ? "f32" : "i32", value };
  const shader = { name: "fill", body: "result[i] = uniforms.value;", uniforms: [uniform] };
  return compute(device, shader, [], storage, sizeOf(type!.shape));
}

/**
 * `result[dst] = A[src]`, where both are found from the coordinates of `i` in the box. Axes that lie behind each other
 * in both are joined, so that nearly everything has four axes at most.
 */
function moveShader(shape: readonly number[], from: Layout, to?: Layout): Shader {
  const target = to?.strides ?? stridesOf(shape);
  const axes: { length: number; from: number; to: number }[] = [];
  shape.forEach((length, i) => {
    if (length === 1) return;
    const axis = { length, from: from.strides[i]!, to: target[i]! };
    const outer = axes.at(-1);
    if (outer && outer.from === length * axis.from && outer.to === length * axis.to)
      axes.splice(-1, 1, { ...axis, length: outer.length * length });
    else axes.push(axis);
  });
  while (axes.length === 0 || axes.length % 4 > 0) axes.unshift({ length: 1, from: 0, to: 0 });
  const uniforms: Uniform[] = [{ name: "src", type: "i32", value: from.offset }];
  if (to) uniforms.push({ name: "dst", type: "i32", value: to.offset });
  let body = `var rest = i; var src = uniforms.src; var dst = ${to ? "uniforms.dst" : "i"};`;
  for (let group = axes.length / 4 - 1; group >= 0; group--) {
    const four = axes.slice(group * 4, group * 4 + 4);
    const add = (name: string, values: number[]): number =>
      uniforms.push({ name: name + group, type: "vec4<i32>", value: values });
    add(
      "length",
      four.map((axis) => axis.length),
    );
    add(
      "from",
      four.map((axis) => axis.from),
    );
    if (to)
      add(
        "to",
        four.map((axis) => axis.to),
      );
    body += `for (var d = 3; d >= 0; d--) {
      let at = rest % uniforms.length${group}[d];
      rest /= uniforms.length${group}[d];
      src += at * uniforms.from${group}[d];
      ${to ? `dst += at * uniforms.to${group}[d];` : ""}
    }`;
  }
  const name = `${to ? "place" : "gather"} box ${axes.length}`;
  return { name, body: `${body} result[dst] = A[src];`, uniforms };
}
