/** Numbers of the WebGPU standard, which browsers have as globals and Node has not. */
export const bufferUsage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
} as const;
export const MAP_READ = 1;
export const COMPUTE_STAGE = 4;

/** Bindings of uniform buffers begin at a multiple of so many bytes. */
export const UNIFORM_ALIGNMENT = 256;

/** The bytes of the largest buffer that a kernel can be bound to as a whole. */
export function largestBuffer({
  maxBufferSize,
  maxStorageBufferBindingSize,
}: GPUSupportedLimits): number {
  return Math.floor(Math.min(maxBufferSize, maxStorageBufferBindingSize) / 4) * 4;
}
