export { webgpu, type WebGpuOptions } from "./webgpu.ts";
