import { type Backend, check, type Plugin, type UnopenedBackend } from "@nn/core";
import { shown } from "./shown.ts";

/**
 * A backend that is opened when an experiment runs. One that its plugin makes ready for use is passed on when it is first
 * opened, and made anew from then on.
 */
export function unopened(
  made: Backend | UnopenedBackend,
  plugins: readonly Plugin[],
): UnopenedBackend {
  const { kind, config, dtypes } = made;
  if (!("executable" in made)) {
    const open = async (): Promise<Backend> => {
      const backend = await made.open();
      const { kind: opened } = Object(backend) as { readonly kind?: unknown };
      check(
        opened === kind,
        () => `${kind}: open() must resolve to a backend of this kind, got ${shown(opened)}`,
      );
      return backend;
    };
    return { ...made, open };
  }
  const plugin = plugins.findLast((one) => one.kind === kind)!;
  let ready: Backend | undefined = made;
  const open = async (): Promise<Backend> => {
    const backend = ready ?? (plugin.create(config) as Backend);
    ready = undefined;
    return backend;
  };
  return { kind, config, dtypes, open };
}
