export type { WebGpuBackend } from "./backend.ts";
export { plugins } from "./plugins.ts";
export { webgpu, type WebGpuOptions } from "./webgpu.ts";
