import type { Callback, RunInfo, StoredModel } from "@nn/core";

/** At least so many milliseconds of training are between two snapshots, and so many times what the last one took. */
const shortest = 5000;
const factor = 20;

/** Keeps what a run can go on from when its device is lost. */
export interface Keeper {
  /** To be told of a run behind all other callbacks. */
  readonly callback: Callback;
  /** The last snapshot, outside of the device, and the steps that were done by then. */
  readonly kept: { readonly snapshot: StoredModel; readonly step: number } | undefined;
  /** Steps that were done when it last heard of the run. */
  readonly step: number;
}

/** Takes a snapshot when a run starts, and then every few seconds, for at most a twentieth of the time. */
export function newKeeper(): Keeper {
  let run: RunInfo | undefined;
  let kept: Keeper["kept"];
  let step = 0;
  let pause = shortest;
  let next = 0;
  const keep = async (): Promise<void> => {
    const started = performance.now();
    kept = { step, snapshot: await run!.snapshot() };
    const ended = performance.now();
    pause = Math.max(shortest, factor * (ended - started));
    next = ended + pause;
  };
  return {
    callback: {
      async start(info) {
        run = info;
        ({ step } = run);
        // A run that goes on is where this snapshot was taken.
        if (kept) next = performance.now() + pause;
        else await keep();
      },
      async progress(report) {
        ({ step } = report);
        if (performance.now() >= next) await keep();
      },
      end() {
        run = undefined;
      },
    },
    get kept() {
      return kept;
    },
    get step() {
      return step;
    },
  };
}
