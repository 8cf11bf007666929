import type { RunFigures, RunRecord } from "./record.ts";

/** Something that is not as it was. */
export interface Difference {
  /** What, as in `data`, `versions/@nn/core` or `environment/node`. */
  readonly what: string;
  readonly before: string;
  readonly now: string;
  /** Whether results may differ by it. */
  readonly matters: boolean;
}

type Compared = Pick<RunRecord, "data" | "versions" | "git" | "environment">;

/**
 * What differs between with what and where two runs took place. Data, versions of packages and of Node, and the backend
 * matter for the bits; the revision of the sources around them does not, nor does the machine, unless the backend was
 * told to compute as suits the processor.
 *
 * ```ts
 * differences(before.record, now.record).filter(({ matters }) => matters);
 * ```
 */
export function differences(before: Compared, now: Compared): readonly Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, matters: boolean, a: unknown, b: unknown): void => {
    if (a !== b)
      found.push({ what, before: String(a ?? "none"), now: String(b ?? "none"), matters });
  };
  compare("data", true, before.data.sha256, now.data.sha256);
  const packages = new Set([...Object.keys(before.versions), ...Object.keys(now.versions)]);
  for (const name of [...packages].toSorted())
    compare(`versions/${name}`, true, before.versions[name], now.versions[name]);
  compare("git/revision", false, before.git?.revision, now.git?.revision);
  compare("git/dirty", false, before.git?.dirty, now.git?.dirty);
  const [old, own] = [before.environment, now.environment];
  const isStrict = (old.numerics ?? "strict") === "strict";
  compare("environment/node", true, old.node, own.node);
  compare("environment/platform", !isStrict, old.platform, own.platform);
  compare("environment/cpu", !isStrict, old.cpu, own.cpu);
  compare("environment/cores", false, old.cores, own.cores);
  compare("environment/backend", true, old.backend, own.backend);
  compare("environment/numerics", true, old.numerics, own.numerics);
  compare("environment/device", true, old.device ?? null, own.device ?? null);
  return found;
}

/** Whether two runs came to the same, to the last bit; what they took in time does not count. */
export function isSameResult(before: RunFigures, now: RunFigures): boolean {
  const bits = (figures: RunFigures): string => JSON.stringify({ ...figures, seconds: 0 });
  return bits(before) === bits(now);
}
