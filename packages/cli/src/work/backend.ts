import { type Backend, decode, type Plugin, type UnopenedBackend } from "@nn/core";
import type { Experiment } from "@nn/experiment";
import { wrongUse } from "../failure.ts";

/** Opens a backend by its name, as in `wasm`, or by its whole kind. */
export async function openBackend(name: string, plugins: readonly Plugin[]): Promise<Backend> {
  const kinds = plugins
    .map(({ kind }) => kind)
    .filter((kind) => kind === name || (!name.includes("#") && kind.endsWith(`#${name}`)));
  for (const kind of kinds) {
    const made = decode({ kind, config: {} }, plugins) as Backend | UnopenedBackend;
    if ("executable" in made) return made;
    if ("open" in made) return made.open();
  }
  throw wrongUse(
    `there is no backend '${name}'; there are wasm, js, and what --plugin brings in, such as webgpu with ` +
      "--plugin @nn/backend-webgpu",
  );
}

/** Does what needs the backend of an experiment, and closes it. */
export async function withBackend<T>(
  { backend: described }: Experiment,
  work: (backend: Backend) => Promise<T>,
): Promise<T> {
  const backend = await described.open();
  try {
    return await work(backend);
  } finally {
    await backend.close?.();
  }
}
