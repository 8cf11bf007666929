/** Gives memory of the device back when the object that stands for it is garbage. */
export interface Garbage {
  /** From now on, `token` is released once `owner` has been collected. */
  watch(owner: object, token: object, bytes: number): void;
  /** The owner was released by hand. */
  forget(owner: object, bytes: number): void;
}

/** What a buffer costs beside its data: objects of WebGPU and of its driver, as measured in Node. */
const OVERHEAD = 10_000;
/** So much may be held by owners that are perhaps garbage. */
const SLACK = 64e6;
/** An allocation of this size makes V8 look for garbage; it is never touched, so that it takes no memory. */
const NUDGE = 128e6;

/**
 * The collector does not see what its objects hold on the device, and lets gigabytes pass. So it is nudged whenever
 * much has been added. It reports what it found between turns of the event loop, never within one.
 */
export function watchGarbage(release: (token: object) => void): Garbage {
  let held = 0;
  let limit = SLACK;
  const drop = (bytes: number): void => {
    held -= bytes + OVERHEAD;
    limit = Math.min(limit, held + SLACK);
  };
  const registry = new FinalizationRegistry(
    ({ token, bytes }: { token: object; bytes: number }) => {
      drop(bytes);
      release(token);
    },
  );
  return {
    watch(owner, token, bytes) {
      registry.register(owner, { token, bytes }, owner);
      held += bytes + OVERHEAD;
      if (held <= limit) return;
      limit = held + SLACK;
      nudge();
    },
    forget(owner, bytes) {
      if (registry.unregister(owner)) drop(bytes);
    },
  };
}

function nudge(): number {
  try {
    return new ArrayBuffer(NUDGE).byteLength;
  } catch {
    return 0; // There is no room for it, which the collector knows then.
  }
}
