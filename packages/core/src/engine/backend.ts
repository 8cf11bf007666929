import type { Backend, BackendSpec, Executable } from "../interfaces/backend.ts";
import type { Program } from "../interfaces/program.ts";
import { makeCache } from "./cache.ts";
import { checkContract } from "./contract.ts";
import { check } from "./errors.ts";
import { isProgram, programKey } from "./key.ts";

/** Compiled programs kept per backend; the least recently used one goes first. */
const CACHE_SIZE = 256;

/** Makes a backend of what its author wrote: checks the contract and adds the cache of compiled programs. */
export function defineBackend(spec: BackendSpec): Backend {
  checkContract(spec.kind, spec.contract);
  const cached = makeCache<Executable>(CACHE_SIZE, (unused) => unused.release?.());
  return {
    ...spec,
    executable: (program) =>
      cached(programKey(program), () => {
        checkDtypes(spec, program);
        return spec.compile(program);
      }),
  };
}

function checkDtypes(
  { kind, dtypes }: Pick<BackendSpec, "kind" | "dtypes">,
  { types, operations }: Program,
): void {
  for (const { primitive, params, outputs } of operations) {
    for (const id of outputs) {
      const { dtype } = types[id]!;
      check(
        dtypes.includes(dtype),
        () => `${primitive.name}: ${kind} has no ${dtype}, only ${dtypes.join(", ")}; cast() first`,
      );
    }
    for (const param of Object.values(params))
      if (isProgram(param)) checkDtypes({ kind, dtypes }, param);
  }
}
