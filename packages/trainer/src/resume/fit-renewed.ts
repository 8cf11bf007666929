import { type Backend, isTensor, type Tree } from "@nn/core";
import type { FitResult } from "../fit.ts";
import type { FitOptions } from "../options.ts";
import { DeviceLostError } from "./device-lost.ts";
import { newKeeper } from "./keeper.ts";

/** Milliseconds in which a backend tells that its device is lost, after something has failed because of it. */
const grace = 250;

/**
 * Trains on a device that may be lost. Once, training goes on on another one from the last snapshot, to the same bits:
 * what was uploaded is uploaded anew, and to callbacks it is a run that ended and another one that resumes it. After
 * that, or where there is no other device, it fails with a `DeviceLostError`.
 */
export async function fitRenewed<In extends Tree, Out extends Tree, Target extends Tree>(
  options: FitOptions<In, Out, Target>,
  fitOnce: (options: FitOptions<In, Out, Target>) => Promise<FitResult<In, Out>>,
): Promise<FitResult<In, Out>> {
  const { callbacks = [], backend } = options;
  // It is refused there.
  if (!Array.isArray(callbacks)) return fitOnce(options);
  const keeper = newKeeper();
  const first = { ...options, callbacks: [...callbacks, keeper.callback] };
  const failed = (why: string, cause: unknown): DeviceLostError => {
    const { step, kept } = keeper;
    const at = kept ? `after step ${step}` : "before training began";
    const way = kept
      ? `the error's snapshot, of step ${kept.step}, can be passed as resume, with a new backend`
      : "try again with a new backend";
    const message = `fit: the device was lost ${at}, and ${why}; ${way}`;
    return new DeviceLostError(message, step, kept?.snapshot, cause);
  };
  /** Does that, or says that the device was lost, and why. */
  const attempt = async (
    own: typeof first,
  ): Promise<{ result: FitResult<In, Out> } | { reason: Error }> => {
    try {
      return { result: await fitOnce(own) };
    } catch (error) {
      const reason = await lossOf(own.backend);
      if (!reason) throw error;
      forget(error);
      return { reason };
    }
  };

  const before = await attempt(first);
  if ("result" in before) return before.result;
  const { kept } = keeper;
  const { variables, ...others } = first;
  const needed = {
    data: options.data,
    validation: options.validation,
    ...(!kept && { variables }),
  };
  const gone = Object.entries(needed).find(([, value]) => isOn(backend, value))?.[0];
  if (gone)
    throw failed(
      `${gone} held tensors that were there, which cannot be uploaded anew; pass arrays`,
      before.reason,
    );
  if (!backend.renew)
    throw failed(
      `${backend.kind} cannot open another one (${before.reason.message})`,
      before.reason,
    );
  const renewed = await backend.renew().catch((error: unknown) => {
    throw failed(`no other one could be opened: ${(error as Error).message}`, error);
  });
  const after = await attempt(
    kept
      ? { ...others, backend: renewed, resume: kept.snapshot, lint: options.lint !== false }
      : { ...first, backend: renewed },
  );
  if ("result" in after) return after.result;
  throw failed(`it was the second one (${after.reason.message})`, after.reason);
}

/** Why the device was lost; undefined where it was not. */
async function lossOf({ lost }: Backend): Promise<Error | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, grace, undefined);
  });
  try {
    return await Promise.race([lost, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets go of what was reached on a lost device: backends may throw the same error again and again. */
function forget(error: unknown): void {
  const holder = Object(error) as { readonly result?: FitResult<Tree, Tree> };
  const { parameters, state } = holder.result ?? {};
  for (const value of Object.values({ ...parameters })) value.dispose();
  for (const value of Object.values({ ...state })) value.dispose();
  Reflect.deleteProperty(holder, "result");
}

/** Whether there is a tensor on this backend among it. */
function isOn(backend: Backend, node: unknown): boolean {
  if (isTensor(node)) return node.source.state === "value" && node.source.backend === backend;
  if (typeof node !== "object" || node === null || ArrayBuffer.isView(node)) return false;
  return Object.values(node).some((part) => isOn(backend, part));
}
