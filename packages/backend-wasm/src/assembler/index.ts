export { Code, type FunctionReference, type Int, type Local, type ValueType } from "./code.ts";
export { ModuleBuilder, type MemoryImport } from "./module.ts";
