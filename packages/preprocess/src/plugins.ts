import { check, type Config, type Described, type Plugin } from "@nn/core";
import type { Columns, StepArguments } from "./arguments.ts";
import { fittedPipeline, type FittedPipelineOptions } from "./fitted.ts";
import { kindOf } from "./kind.ts";
import { pipeline } from "./pipeline.ts";
import { except, includingAdded, only, where } from "./scopes.ts";
import { show } from "./show.ts";
import type { Step } from "./step.ts";
import { bins } from "./steps/bins.ts";
import { clip } from "./steps/clip.ts";
import { type DatePart, extractDate } from "./steps/extract-date.ts";
import { groupRare } from "./steps/group-rare.ts";
import { hashEncode } from "./steps/hash-encode.ts";
import { ids } from "./steps/ids.ts";
import { impute } from "./steps/impute.ts";
import { interactions } from "./steps/interactions.ts";
import { log10, log1p } from "./steps/logarithms.ts";
import { minMax } from "./steps/min-max.ts";
import { neighbours } from "./steps/neighbours.ts";
import { oneHot } from "./steps/one-hot.ts";
import { ordinal } from "./steps/ordinal.ts";
import { boxCox, yeoJohnson } from "./steps/power-transforms.ts";
import { power, squared } from "./steps/powers.ts";
import { quantile } from "./steps/quantile.ts";
import { rename } from "./steps/rename.ts";
import { type Cell, replaceWhere } from "./steps/replace-where.ts";
import { robust } from "./steps/robust.ts";
import { sample, type SampleOptions, shuffle } from "./steps/sample.ts";
import { drop, select } from "./steps/select.ts";
import { standard } from "./steps/standard.ts";
import { targetEncode } from "./steps/target-encode.ts";
import { tukey } from "./steps/tukey.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  plugin("pipeline", ({ steps }) => pipeline(steps as unknown as readonly Step[])),
  plugin("fittedPipeline", (config) => fittedPipeline(config as unknown as FittedPipelineOptions)),
  plugin("only", ({ names }) => only(...listOf<string>("only: names", names))),
  plugin("except", ({ names }) => except(...listOf<string>("except: names", names))),
  plugin("includingAdded", ({ names }) =>
    includingAdded(...listOf<string>("includingAdded: names", names)),
  ),
  plugin("where", where),
  plugin("extractDate", ({ column, parts, ...options }) =>
    extractDate(column as string, parts as readonly DatePart[], options),
  ),
  plugin("replaceWhere", ({ column, value, by }) =>
    replaceWhere(column as string, value as Cell, by as Cell),
  ),
  plugin("ids", ({ column }) => ids(column as string)),
  plugin("rename", ({ names }) => rename(names as { readonly [from: string]: string })),
  plugin("sample", (config) => sample(config as SampleOptions)),
  plugin("shuffle", (config) => shuffle(config)),
  stepPlugin("bins", bins),
  stepPlugin("boxCox", boxCox),
  stepPlugin("clip", clip),
  stepPlugin("drop", drop),
  stepPlugin("groupRare", groupRare),
  stepPlugin("hashEncode", hashEncode),
  stepPlugin("impute", impute),
  stepPlugin("interactions", interactions),
  stepPlugin("log10", log10),
  stepPlugin("log1p", log1p),
  stepPlugin("minMax", minMax),
  stepPlugin("neighbours", neighbours),
  stepPlugin("oneHot", oneHot),
  stepPlugin("ordinal", ordinal),
  stepPlugin("power", power),
  stepPlugin("quantile", quantile),
  stepPlugin("robust", robust),
  stepPlugin("select", select),
  stepPlugin("squared", squared),
  stepPlugin("standard", standard),
  stepPlugin("targetEncode", targetEncode),
  stepPlugin("tukey", tukey),
  stepPlugin("yeoJohnson", yeoJohnson),
];

function plugin(name: string, create: (config: Config) => Described): Plugin {
  return { kind: kindOf(name), contract: 1, create };
}

/** A step that takes columns and options. */
function stepPlugin(name: string, create: (...args: StepArguments<never>) => Step): Plugin {
  return plugin(name, ({ columns, ...options }) => {
    const listed = listOf<Columns>(`${name}: columns`, columns);
    return create(...listed, options as never);
  });
}

function listOf<T>(what: string, value: unknown): readonly T[] {
  check(Array.isArray(value), () => `${what} must be a list, got ${show(value)}`);
  // Lists become arguments, of which engines take no more.
  check(value.length <= 50_000, () => `${what} must be 50000 at most, got ${value.length}`);
  return value as readonly T[];
}
