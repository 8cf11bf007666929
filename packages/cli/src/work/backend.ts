import { type Backend, decode, type Plugin } from "@nn/core";
import { wrongUse } from "../failure.ts";

/** Makes a backend by its name, as in `wasm`, or by its whole kind. */
export function backendOf(name: string, plugins: readonly Plugin[]): Backend {
  const kinds = plugins
    .map(({ kind }) => kind)
    .filter((kind) => kind === name || (!name.includes("#") && kind.endsWith(`#${name}`)));
  for (const kind of kinds) {
    const made = decode({ kind, config: {} }, plugins);
    if (typeof (made as Partial<Backend>).executable === "function") return made as Backend;
  }
  throw wrongUse(`there is no backend '${name}'; there are wasm, js, and those of --plugin`);
}
