import type { Backend, Tree } from "@nn/core";
import type { Lint } from "../data/source.ts";
import type { FitResult } from "../fit.ts";
import type { FitOptions } from "../options.ts";
import { DeviceLostError } from "./device-lost.ts";
import { type Keeper, newKeeper } from "./keeper.ts";
import { confirmDevice, renewable } from "./renewable.ts";

/**
 * Trains on a device that may be lost. Once, training goes on on another one from the last snapshot, to the same bits:
 * what was uploaded is uploaded anew, and to callbacks it is a run that ended and another one that resumes it. After
 * that, or where there is no other device, it fails with a `DeviceLostError`.
 */
export async function fitRenewed<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
  fitOnce: (options: FitOptions<In, Out, Target>) => Promise<FitResult<In, Out>>,
): Promise<FitResult<In, Out>> {
  const { variables, ...others } = options;
  const { callbacks = [], data, validation, lint } = options;
  // It is refused there.
  if (!Array.isArray(callbacks)) return fitOnce(options);
  const keeper = newKeeper();
  const changes = {
    callbacks: [...callbacks, keeper.callback],
    ...(typeof lint === "function" && { lint: once(lint) }),
  };
  const device = renewable({
    backend: options.backend,
    uploads: () => ({ data, validation, ...(!keeper.kept && { variables }) }),
    forget,
    failed: (why, cause) => deviceLost(keeper, why, cause),
    signal: options.signal,
  });
  /** The run from its start, or from where it was kept last. */
  const optionsOn = (backend: Backend): typeof options => {
    const { kept } = keeper;
    return kept
      ? { ...others, ...changes, backend, resume: kept.snapshot }
      : { ...options, ...changes, backend };
  };
  return device.attempt(async (backend) => {
    const result = await fitOnce(optionsOn(backend)).catch((error: unknown) => {
      // The snapshot is all that there is of a run that does not come to its start on another device.
      const isLeft = keeper.kept && !("result" in Object(error)) && !options.signal?.aborted;
      if (!isLeft) throw error;
      const why = `training could not go on on another one: ${(error as Error | undefined)?.message}`;
      throw deviceLost(keeper, why, error);
    });
    // Nothing else would tell that the device was lost after the last step.
    await confirmDevice(backend);
    return result;
  });
}

/** Looks at data and at validation data, but not again where they are uploaded anew. */
function once(lint: Lint): Lint {
  const seen = new Set<string>();
  return async (data, name) => {
    if (seen.has(name)) return;
    await lint(data, name);
    seen.add(name);
  };
}

function deviceLost({ step, kept }: Keeper, why: string, cause: unknown): DeviceLostError {
  const at = kept ? `after step ${step}` : "before training began";
  const way = kept
    ? `the error's snapshot, of step ${kept.step}, can be passed as resume, with a new backend`
    : "try again with a new backend";
  const message = `fit: the device was lost ${at}, and ${why}; ${way}`;
  return new DeviceLostError(message, step, kept?.snapshot, cause);
}

/** Lets go of what was reached on a lost device: backends may throw the same error again and again. */
function forget(error: unknown): void {
  const holder = Object(error) as { readonly result?: FitResult<Tree, Tree> };
  const { parameters, state } = holder.result ?? {};
  for (const value of Object.values({ ...parameters })) value.dispose();
  for (const value of Object.values({ ...state })) value.dispose();
  Reflect.deleteProperty(holder, "result");
}
