import type { Backend, Plugin, UnopenedBackend } from "@nn/core";

/**
 * A backend that is opened when an experiment runs. One that its plugin makes ready for use is passed on when it is first
 * opened, and made anew from then on.
 */
export function unopened(
  made: Backend | UnopenedBackend,
  plugins: readonly Plugin[],
): UnopenedBackend {
  if (!("executable" in made)) return made;
  const { kind, config, dtypes } = made;
  const plugin = plugins.findLast((one) => one.kind === kind)!;
  let ready: Backend | undefined = made;
  const open = async (): Promise<Backend> => {
    const backend = ready ?? (plugin.create(config) as Backend);
    ready = undefined;
    return backend;
  };
  return { kind, config, dtypes, open };
}
