export { Code, type FunctionReference, type Int, type Local } from "./code.ts";
export { ModuleBuilder, type MemoryImport } from "./module.ts";
