import { sizeOf, type Kernel, type TensorType } from "@nn/core";
import type { Device, DeviceBuffer } from "./device.ts";
import { fill } from "./move.ts";
import { compute, type Uniform } from "./shader.ts";

/** Data and indices as `[outer, length, inner]` and `[count]`. */
function sizes(x: TensorType, indices: TensorType, axis: number): Uniform[] {
  return [
    { name: "length", type: "i32", value: x.shape[axis]! },
    { name: "inner", type: "i32", value: sizeOf(x.shape.slice(axis + 1)) },
    { name: "count", type: "i32", value: sizeOf(indices.shape) },
  ];
}

export function gatherKernels(device: Device): Record<string, Kernel<DeviceBuffer>> {
  return {
    gather(call) {
      const { inputs, inputTypes, outputTypes, params } = call;
      const x = inputs[0]!;
      const size = sizeOf(outputTypes[0]!.shape);
      if (size > 0 && x.size === 0) return fill(device, call, 0);
      const zero = x.storage === "float32" ? "0.0" : "0";
      const body = `let row = B[(i / uniforms.inner) % uniforms.count];
        let outer = i / (uniforms.inner * uniforms.count);
        if (row >= 0 && row < uniforms.length) {
          result[i] = A[(outer * uniforms.length + row) * uniforms.inner + i % uniforms.inner];
        } else { result[i] = ${zero}; }`;
      const uniforms = sizes(inputTypes[0]!, inputTypes[1]!, params["axis"] as number);
      return compute(device, { name: "gather", body, uniforms }, inputs, x.storage, size);
    },

    /**
     * One invocation for every element of the result, which looks for updates to itself: WGSL has no atomic addition
     * of floats, and this one adds in the same order every time. The work is elements times indices.
     */
    scatterAdd({ inputs, inputTypes, params }) {
      const [base, , updates] = inputs;
      if (updates!.size === 0) return base!;
      const body = `let row = (i / uniforms.inner) % uniforms.length;
        let first = i / (uniforms.inner * uniforms.length) * uniforms.count;
        var y = A[i];
        for (var k = 0; k < uniforms.count; k++) {
          if (B[k] == row) { y += C[(first + k) * uniforms.inner + i % uniforms.inner]; }
        }
        result[i] = y;`;
      const uniforms = sizes(inputTypes[0]!, inputTypes[1]!, params["axis"] as number);
      return compute(
        device,
        { name: "scatterAdd", body, uniforms },
        inputs,
        base!.storage,
        base!.size,
      );
    },
  };
}
