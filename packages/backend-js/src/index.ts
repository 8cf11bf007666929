export { js } from "./js.ts";
