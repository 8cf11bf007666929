export { plugins } from "./plugins.ts";
export { webgpu, type WebGpuOptions } from "./webgpu.ts";
