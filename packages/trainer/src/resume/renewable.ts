import { type Backend, isTensor, tensor } from "@nn/core";
import { pause } from "../run/pause.ts";

/** What there is to know of a device that may be lost. */
export interface RenewableOptions {
  readonly backend: Backend;
  /** What is uploaded to another device, by its name: tensors that were on the lost one cannot be. */
  uploads(): { readonly [name: string]: unknown };
  /** Lets go of what the error of a loss holds. */
  forget?(error: unknown): void;
  /** What to fail with where there is none, or no more. */
  failed(why: string, cause: unknown): Error;
  /** An error that is its reason is no loss, whatever it was caused by. */
  readonly signal: AbortSignal | undefined;
}

/** A device that may be lost, once. */
export interface Renewable {
  /**
   * Does work, and begins it anew on another device where it fails because the one that it is done on is lost: where the
   * reason that `lost` gives is the error or among its causes. All work, also side by side, shares the one device that
   * takes the place of the first; when this is lost, too, all of it fails. One that was lost before there was any work
   * does not count. Work leaves alone what it shares on a lost device: other work may not have heard of the loss yet.
   */
  attempt<T>(work: (backend: Backend) => Promise<T>): Promise<T>;
}

/**
 * Stands for a backend whose device may be lost, for those who can begin anew what they did there.
 *
 * ```ts
 * const device = renewable({ backend, uploads: () => ({ data }), failed, signal });
 * const loss = await device.attempt((backend) => evaluateOn(backend, data));
 * ```
 */
export function renewable({
  backend: given,
  uploads,
  forget,
  failed,
  signal,
}: RenewableOptions): Renewable {
  let first: Promise<Backend> | undefined;
  let second: Promise<Backend> | undefined;
  const renew = async (lost: Backend, { message }: Error, cause: unknown): Promise<Backend> => {
    const held = Object.entries(uploads()).find(([, value]) => isOn(lost, value))?.[0];
    if (held !== undefined) {
      const why = "held tensors that were there, which cannot be uploaded anew; pass arrays";
      throw failed(`${held} ${why}`, cause);
    }
    if (!lost.renew) throw failed(`${lost.kind} cannot open another one (${message})`, cause);
    return lost.renew().catch((error: unknown) => {
      throw failed(`no other one could be opened: ${(error as Error).message}`, cause);
    });
  };
  const begin = async (): Promise<Backend> => {
    const reason = await Promise.race([given.lost, undefined]);
    return reason ? renew(given, reason, reason) : given;
  };
  return {
    async attempt(work) {
      for (;;) {
        const backend = await (second ?? (first ??= begin()));
        try {
          return await work(backend);
        } catch (error) {
          if (signal?.aborted && error === signal.reason) throw error;
          const reason = await lossIn(error, backend);
          if (!reason) throw error;
          forget?.(error);
          if (backend !== (await first))
            throw failed(`it was the second one (${reason.message})`, error);
          second ??= renew(backend, reason, error);
        }
      }
    },
  };
}

/**
 * Why the device was lost that an error comes from; undefined for any other error. Backends settle `lost` no later than
 * they throw because of it, so that one turn of the event loop is enough to hear of it.
 */
async function lossIn(error: unknown, { lost }: Backend): Promise<Error | undefined> {
  const reason = await Promise.race([lost, pause()]);
  if (!reason) return undefined;
  const seen = new Set<unknown>();
  for (let at = error; at !== undefined && !seen.has(at); at = Object(at).cause) {
    if (at === reason) return reason;
    seen.add(at);
  }
  return undefined;
}

/** Fails where a device is lost, or closed: what was computed there would be gone with it. */
export async function confirmDevice(backend: Backend): Promise<void> {
  const value = tensor(backend, [0]);
  try {
    await value.read();
  } finally {
    value.dispose();
  }
}

/** Whether there is a tensor on this backend among it. */
function isOn(backend: Backend, node: unknown): boolean {
  if (isTensor(node)) return node.source.state === "value" && node.source.backend === backend;
  if (typeof node !== "object" || node === null || ArrayBuffer.isView(node)) return false;
  return Object.values(node).some((part) => isOn(backend, part));
}
