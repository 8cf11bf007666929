import {
  planAveragePool,
  planAveragePoolGradient,
  planMaxPool,
  planMaxPoolGradient,
  type Pooling,
} from "../conv/index.ts";
import type { Kernel, KernelCall } from "./kernel.ts";

/** What a pooling does, from its params and the shape of its images. */
function poolingOf({ params, outputs }: KernelCall, shape: readonly number[]): Pooling {
  const [images, height, width, channels] = shape as [number, number, number, number];
  const { window, strides, padding } = params as unknown as Pooling;
  const dtype = outputs[0]!.dtype as Pooling["dtype"];
  return { dtype, images, height, width, channels, window, strides, padding };
}

/** Kernels of the poolings of `@nn/conv`. */
export const poolKernels: Readonly<Record<string, Kernel>> = {
  "@nn/conv#maxPool2d"(call) {
    const { inputs, outputs, name } = call;
    const pooling = poolingOf(call, inputs[0]!.shape);
    return planMaxPool(pooling, inputs[0]!.place, outputs[0]!.place, name);
  },
  "@nn/conv#maxPool2dGradient"(call) {
    const [images, cotangent] = call.inputs;
    const [result] = call.outputs;
    const pooling = poolingOf(call, result!.shape);
    return planMaxPoolGradient(pooling, images!.place, cotangent!.place, result!.place, call.name);
  },
  "@nn/conv#avgPool2d"(call) {
    const { inputs, outputs, name } = call;
    const pooling = poolingOf(call, inputs[0]!.shape);
    return planAveragePool(pooling, inputs[0]!.place, outputs[0]!.place, name);
  },
  "@nn/conv#avgPool2dGradient"(call) {
    const { inputs, outputs, name } = call;
    const pooling = poolingOf(call, outputs[0]!.shape);
    return planAveragePoolGradient(pooling, inputs[0]!.place, outputs[0]!.place, name);
  },
};
