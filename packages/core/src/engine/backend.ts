import type { Backend, BackendSpec, Executable } from "../interfaces/backend.ts";
import { checkContract } from "./contract.ts";
import { programKey } from "./key.ts";

/** Compiled programs kept per backend; the least recently used one goes first. */
const CACHE_SIZE = 256;

/** Makes a backend of what its author wrote: checks the contract and adds the cache of compiled programs. */
export function defineBackend(spec: BackendSpec): Backend {
  checkContract(spec.kind, spec.contract);
  const cache = new Map<string, Executable>();
  return {
    ...spec,
    executable(program) {
      const key = programKey(program);
      let executable = cache.get(key);
      if (executable) cache.delete(key);
      else {
        executable = spec.compile(program);
        if (cache.size >= CACHE_SIZE) {
          const [oldest, unused] = cache.entries().next().value!;
          cache.delete(oldest);
          unused.release?.();
        }
      }
      cache.set(key, executable);
      return executable;
    },
  };
}
