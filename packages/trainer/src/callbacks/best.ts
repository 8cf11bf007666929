import { check, type EpochReport, type RunInfo, type StoredModel, type Variables } from "@nn/core";
import { checkCount, checkFree } from "../check-options.ts";
import { fromHost, named, numbersToHost, toHost, within } from "../resume/host.ts";
import { isLess, type Monitor, valueOf } from "../run/journal.ts";
import { checkFit, copyOf } from "../run/variables.ts";

/** Which epochs are compared, and by what. */
export interface BestOptions {
  /** A figure to compare by, such as `{ name: "validation/r2", better: "higher" }`, instead of what `fit` monitors. */
  readonly monitor?: Monitor;
  /** The number of the first epoch that counts; 1 by default. */
  readonly fromEpoch?: number;
}

/** Keeps what was best, on the backend, and goes back to it in the end. */
export interface Best {
  start(run: RunInfo): void;
  /** The monitored value of an epoch, less being better; undefined before epochs count. */
  value(report: EpochReport): number | undefined;
  /** Keeps parameters and state of now where this value is the least so far. */
  offer(value: number): void;
  save(): Promise<StoredModel>;
  restore(saved: StoredModel): void;
  /** Goes back to what was kept, if anything was. */
  end(): void;
}

/** What `earlyStopping` and `keepBest` share. */
export function newBest(name: string, { monitor, fromEpoch = 1 }: BestOptions): Best {
  let run: RunInfo | undefined;
  let least = Number.NaN;
  let kept: Variables | undefined;
  const release = (): void => {
    for (const value of Object.values({ ...kept?.parameters })) value.dispose();
    for (const value of Object.values({ ...kept?.state })) value.dispose();
    kept = undefined;
  };
  return {
    start(info) {
      checkFree(name, run);
      run = info;
      least = Number.NaN;
    },
    value(report) {
      if (report.epoch < fromEpoch) return undefined;
      const wanted = monitor ?? run!.monitor;
      const names = ["loss", ...Object.keys(report.metrics)];
      check(
        names.includes(wanted.name),
        () => `${name}: no figure is called '${wanted.name}'; there are ${names.join(", ")}`,
      );
      return valueOf(wanted, report);
    },
    offer(value) {
      if (!isLess(value, least)) return;
      least = value;
      const { parameters, state } = run!.training;
      const copies = copyOf({ parameters, state });
      release();
      kept = copies;
    },
    async save() {
      const { parameters = {}, state = {} } = kept ?? {};
      const metadata = { isKept: kept !== undefined };
      const numbers = numbersToHost({ least: [least] });
      const [own, others] = await Promise.all([toHost(parameters), toHost(state)]);
      return {
        tensors: { ...named("parameters/", own), ...named("state/", others), ...numbers },
        metadata,
      };
    },
    restore({ tensors, metadata }) {
      const value = tensors["least"]?.data[0];
      check(value !== undefined, () => `${name}: restore: this is not what it saved`);
      least = value;
      release();
      if (metadata["isKept"] !== true) return;
      const { backend, declarations } = run!;
      const saved = {
        parameters: within("parameters/", tensors),
        state: within("state/", tensors),
      };
      checkFit(`${name}: the saved tensors`, declarations, saved);
      kept = {
        parameters: fromHost(name, backend, saved.parameters),
        state: fromHost(name, backend, saved.state),
      };
    },
    end() {
      const { training } = run!;
      run = undefined;
      try {
        if (kept) training.restore(kept.parameters, kept.state, training.memory);
      } finally {
        release();
      }
    },
  };
}

/** The name by which its values are saved: two of a kind that look at different figures have different ones. */
export function nameOf(factory: string, { monitor }: BestOptions): string {
  return monitor ? `${factory} ${monitor.name}` : factory;
}

/** Refuses what is no figure to compare by, and no epoch to compare from. */
export function checkBest(factory: string, { monitor, fromEpoch = 1 }: BestOptions): void {
  check(
    monitor === undefined ||
      (typeof monitor?.name === "string" && ["higher", "lower"].includes(monitor.better)),
    () =>
      `${factory}: monitor must be like { name: "validation/r2", better: "higher" }, got ${JSON.stringify(monitor)}`,
  );
  checkCount(`${factory}: fromEpoch`, fromEpoch);
}
