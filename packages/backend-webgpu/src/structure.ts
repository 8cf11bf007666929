import { sizeOf, type Kernel } from "@nn/core";
import type { Device, DeviceBuffer } from "./device.ts";
import { broadcast, fill, gatherBox, permute, placeBox, stridesOf } from "./move.ts";

type Numbers = readonly number[];

/** Kernels that only move elements; they take every dtype and keep its bits. */
export function structureKernels(device: Device): Record<string, Kernel<DeviceBuffer>> {
  return {
    reshape: ({ inputs: [x] }) => x!,

    transpose: ({ inputs: [x], inputTypes: [type], params }) =>
      permute(device, x!, type!, params["permutation"] as Numbers),

    broadcastTo: ({ inputs: [x], inputTypes: [type], params }) =>
      broadcast(device, x!, type!.shape, params["shape"] as Numbers),

    slice({ inputs: [x], inputTypes: [type], params }) {
      const strides = stridesOf(type!.shape);
      const offset = dot(strides, params["starts"] as Numbers);
      return gatherBox(device, x!, params["sizes"] as Numbers, { offset, strides });
    },

    reverse({ inputs: [x], inputTypes: [type], params }) {
      const axes = params["axes"] as Numbers;
      const own = stridesOf(type!.shape);
      const strides = own.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
      const offset = axes.reduce((sum, axis) => sum + own[axis]! * (type!.shape[axis]! - 1), 0);
      return gatherBox(device, x!, type!.shape, { offset, strides });
    },

    pad(call) {
      const {
        inputs: [x],
        inputTypes: [type],
        outputTypes,
        params,
      } = call;
      const result = fill(device, call, params["value"] as number);
      const strides = stridesOf(outputTypes[0]!.shape);
      placeBox(device, x!, type!.shape, result, {
        offset: dot(strides, params["low"] as Numbers),
        strides,
      });
      return result;
    },

    concat({ inputs, inputTypes, outputTypes: [type], params }) {
      const size = sizeOf(type!.shape);
      const whole = inputs.find((input) => input.size === size);
      if (whole) return whole;
      const strides = stridesOf(type!.shape);
      const result = device.allocate(inputs[0]!.storage, size);
      const axis = params["axis"] as number;
      let start = 0;
      inputs.forEach((input, i) => {
        const { shape } = inputTypes[i]!;
        placeBox(device, input, shape, result, { offset: start * strides[axis]!, strides });
        start += shape[axis]!;
      });
      return result;
    },
  };
}

function dot(a: Numbers, b: Numbers): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
