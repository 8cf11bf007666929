import path from "node:path";
import { install } from "../install.ts";
import { type Contestant, script } from "./contestant.ts";
import { pytorch, torchCuda } from "./pytorch.ts";

/** The others, as far as they are here or can be installed; those on a GPU where one of ours is on it. */
export async function peers(
  threads: number | undefined,
  isOnGpu: boolean,
): Promise<readonly Contestant[]> {
  const problem = await install(path.join(import.meta.dirname, "../peers"));
  const fromNpm = (name: string, file: string, isOnGpu = false): Contestant => ({
    name,
    isOurs: false,
    isOnGpu,
    tellsLosses: false,
    variants: problem ? { missing: problem } : [script(`peers/${file}`)],
  });
  return [
    pytorch(threads),
    fromNpm("brain.js", "brain.mjs"),
    fromNpm("tfjs-wasm", "tfjs.mjs"),
    fromNpm("jax-js", "jax.mjs"),
    ...(isOnGpu ? [torchCuda(), fromNpm("tfjs-webgpu", "tfjs-webgpu.mjs", true)] : []),
  ];
}
