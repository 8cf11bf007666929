export { safetensors } from "./safetensors.ts";
