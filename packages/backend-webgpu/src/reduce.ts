import { sizeOf, type Kernel, type KernelCall } from "@nn/core";
import type { Device, DeviceBuffer } from "./device.ts";
import { fill, permute } from "./move.ts";
import { compute, type Uniform } from "./shader.ts";

type DeviceKernel = Kernel<DeviceBuffer>;

/** One kernel of tfjs for f32, whose axis is its last; a loop of ours for each result of i32. */
function reduction(
  device: Device,
  name: string,
  tfjs: string,
  attrs: object,
  step: string,
): DeviceKernel {
  return (call) => {
    const { inputs, inputTypes, outputTypes, params } = call;
    const size = sizeOf(outputTypes[0]!.shape);
    const length = sizeOf(inputTypes[0]!.shape) / size;
    if (size === 0) return device.allocate(inputs[0]!.storage, 0);
    if (length === 0) return fill(device, call, 0);
    if (length === 1) return inputs[0]!;
    const rows = reducedLast(device, call, params["axes"] as readonly number[]);
    const result =
      inputs[0]!.storage === "float32"
        ? device.call(tfjs, { x: [rows, [size, length]] }, attrs)
        : compute(
            device,
            {
              name,
              body: `let first = i * uniforms.length; var y = A[first];
                for (var k = 1; k < uniforms.length; k++) { let x = A[first + k]; y = ${step}; }
                result[i] = y;`,
              uniforms: [{ name: "length", type: "i32", value: length }],
            },
            [rows],
            "int32",
            size,
          );
    if (rows !== inputs[0]) device.release(rows);
    return result;
  };
}

/** The input with the reduced axes behind the others. */
function reducedLast(
  device: Device,
  { inputs: [x], inputTypes: [type] }: KernelCall<DeviceBuffer>,
  axes: readonly number[],
): DeviceBuffer {
  const kept = type!.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const isLast = axes.every((axis) => axis >= kept.length);
  return isLast ? x! : permute(device, x!, type!, [...kept, ...axes]);
}

/** The index of the first largest element; the first NaN is larger than all. */
function argMax(device: Device): DeviceKernel {
  return ({ inputs: [x], inputTypes: [type], outputTypes, params }) => {
    const axis = params["axis"] as number;
    const uniforms: Uniform[] = [
      { name: "length", type: "i32", value: type!.shape[axis]! },
      { name: "inner", type: "i32", value: sizeOf(type!.shape.slice(axis + 1)) },
    ];
    const isNaN = x!.storage === "float32" ? "isnan(x)" : "false";
    const body = `let first = (i / uniforms.inner) * uniforms.inner * uniforms.length + i % uniforms.inner;
      var best = A[first]; var found = 0;
      for (var k = 0; k < uniforms.length; k++) {
        let x = A[first + k * uniforms.inner];
        if (${isNaN}) { found = k; break; }
        if (x > best) { best = x; found = k; }
      }
      result[i] = found;`;
    return compute(
      device,
      { name: "argMax", body, uniforms },
      [x!],
      "int32",
      sizeOf(outputTypes[0]!.shape),
    );
  };
}

export function reduceKernels(device: Device): Record<string, DeviceKernel> {
  return {
    sum: reduction(device, "sum", "Sum", { axis: [1], keepDims: false }, "y + x"),
    max: reduction(device, "max", "Max", { reductionIndices: [1], keepDims: false }, "max(x, y)"),
    argMax: argMax(device),
  };
}
