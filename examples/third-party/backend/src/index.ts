export { deferred } from "./backend.ts";
