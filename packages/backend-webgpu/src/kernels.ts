import type { Kernels } from "@nn/core";
import type { Device, DeviceBuffer } from "./device.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { gatherKernels } from "./gather.ts";
import { matmulKernel } from "./matmul.ts";
import { reduceKernels } from "./reduce.ts";
import { structureKernels } from "./structure.ts";

/** A kernel for every basis primitive but those that `interpret` does itself, and for some that are cheap to have. */
export function kernels(device: Device): Kernels<DeviceBuffer> {
  return {
    ...elementwiseKernels(device),
    ...reduceKernels(device),
    ...structureKernels(device),
    ...gatherKernels(device),
    matmul: matmulKernel(device),
  };
}
