import { sizeOf, type Kernel } from "@nn/core";
import type { Device, DeviceBuffer, View } from "./device.ts";
import { broadcast, fill } from "./move.ts";

/** tfjs's product of two stacks of matrices; it is given equal ones, since it cannot broadcast all that we can. */
export function matmulKernel(device: Device): Kernel<DeviceBuffer> {
  return (call) => {
    const { inputs, inputTypes, outputTypes, params } = call;
    const { shape } = outputTypes[0]!;
    const leading = shape.slice(0, -2);
    if (sizeOf(shape) === 0) return device.empty("float32");
    if (inputs[0]!.size === 0) return fill(device, call, 0);
    const operands = inputs.map((input, i): View => {
      const own = inputTypes[i]!.shape;
      const matrix = own.slice(-2);
      const stack = [...leading, ...matrix];
      const isWhole = input.size === sizeOf(stack);
      return [isWhole ? input : broadcast(device, input, own, stack), [sizeOf(leading), ...matrix]];
    });
    const [a, b] = operands as [View, View];
    const { transposeA, transposeB } = params;
    const result = device.call("BatchMatMul", { a, b }, { transposeA, transposeB });
    operands.forEach(([operand], i) => operand !== inputs[i] && device.release(operand));
    return result;
  };
}
