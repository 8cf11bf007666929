/** A source of devices, for the option `gpu`, that tells what becomes of them. */
export interface WatchedGpu extends Pick<GPU, "requestAdapter"> {
  /** All that were opened, the last one at the end. */
  readonly devices: readonly GPUDevice[];
  /** Buffers that were made and not destroyed, and their bytes. */
  live(): { readonly buffers: number; readonly bytes: number };
}

/** The page's GPU, watched. */
export function watchedGpu(): WatchedGpu {
  const devices: GPUDevice[] = [];
  const buffers = new Set<GPUBuffer>();
  return {
    devices,
    live() {
      let bytes = 0;
      for (const { size } of buffers) bytes += size;
      return { buffers: buffers.size, bytes };
    },
    async requestAdapter(options) {
      const adapter = await navigator.gpu.requestAdapter(options);
      const requestDevice = adapter?.requestDevice.bind(adapter);
      if (adapter && requestDevice)
        adapter.requestDevice = async (description) => {
          const device = await requestDevice(description);
          devices.push(device);
          const createBuffer = device.createBuffer.bind(device);
          device.createBuffer = (what) => {
            const buffer = createBuffer(what);
            const destroy = buffer.destroy.bind(buffer);
            buffers.add(buffer);
            buffer.destroy = () => {
              buffers.delete(buffer);
              return destroy();
            };
            return buffer;
          };
          return device;
        };
      return adapter;
    },
  };
}
