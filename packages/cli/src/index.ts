export type { Io, OutputStream } from "./io.ts";
export { run } from "./main.ts";
