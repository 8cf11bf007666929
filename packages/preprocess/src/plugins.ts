import { check, type Config, type Described, type Plugin } from "@nn/core";
import type { Columns, StepArguments } from "./arguments.ts";
import { fittedPipeline, type FittedPipelineOptions } from "./fitted.ts";
import { kindOf } from "./kind.ts";
import { pipeline } from "./pipeline.ts";
import { except, includingAdded, only, where } from "./scopes.ts";
import { show } from "./show.ts";
import type { Step } from "./step.ts";
import { type DatePart, extractDate } from "./steps/extract-date.ts";
import { ids } from "./steps/ids.ts";
import { impute } from "./steps/impute.ts";
import { log10, log1p } from "./steps/logarithms.ts";
import { minMax } from "./steps/min-max.ts";
import { oneHot } from "./steps/one-hot.ts";
import { power, squared } from "./steps/powers.ts";
import { type Cell, replaceWhere } from "./steps/replace-where.ts";
import { drop, select } from "./steps/select.ts";
import { standard } from "./steps/standard.ts";

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
  stepPlugin("drop", drop),
  stepPlugin("impute", impute),
  stepPlugin("log10", log10),
  stepPlugin("log1p", log1p),
  stepPlugin("minMax", minMax),
  stepPlugin("oneHot", oneHot),
  stepPlugin("power", power),
  stepPlugin("select", select),
  stepPlugin("squared", squared),
  stepPlugin("standard", standard),
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
  return value as readonly T[];
}
