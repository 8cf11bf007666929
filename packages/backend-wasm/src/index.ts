export { doctor, type Diagnosis } from "./doctor.ts";
export { plugins } from "./plugins.ts";
export type { ProfileEntry } from "./profile.ts";
export { wasm, type Numerics, type Usage, type WasmBackend, type WasmOptions } from "./wasm.ts";
