/** Counts the kernels that a WebGPU device is given from here on, whoever gives them; in Node, by `webgpu`'s classes. */
export async function countDispatches(): Promise<() => number> {
  const name: string = "webgpu";
  const { globals } = (await import(name)) as {
    globals: { GPUComputePassEncoder: { prototype: GPUComputePassEncoder } };
  };
  const { prototype } = globals.GPUComputePassEncoder;
  const dispatch = prototype.dispatchWorkgroups;
  let count = 0;
  prototype.dispatchWorkgroups = function (...sizes) {
    count++;
    return dispatch.apply(this, sizes);
  };
  return () => count;
}
