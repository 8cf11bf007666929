import type { FittedTransform, Layer, Plugin } from "@nn/core";
import { kindOf } from "./kind.ts";
import { abreast } from "./model/abreast.ts";
import { ensemble } from "./model/ensemble.ts";
import { type PipelineMember, pipelines } from "./model/pipelines.ts";
import { grouped, type GroupedOptions } from "./splitters/grouped.ts";
import { kFolds } from "./splitters/k-folds.ts";
import { leaveOneOut } from "./splitters/leave-one-out.ts";
import { repeated } from "./splitters/repeated.ts";
import type { Splitter } from "./splitters/splitter.ts";
import { stratified, type StratifiedOptions } from "./splitters/stratified.ts";
import { timeSeries } from "./splitters/time-series.ts";

/** All kinds of this package, for `decode`. */
export const plugins: readonly Plugin[] = [
  { kind: kindOf("kFolds"), contract: 1, create: kFolds },
  {
    kind: kindOf("stratified"),
    contract: 1,
    create: (config) => stratified(config as unknown as StratifiedOptions),
  },
  {
    kind: kindOf("grouped"),
    contract: 1,
    create: (config) => grouped(config as unknown as GroupedOptions),
  },
  {
    kind: kindOf("repeated"),
    contract: 1,
    create: ({ splitter, times }) => repeated(splitter as unknown as Splitter, times as number),
  },
  { kind: kindOf("leaveOneOut"), contract: 1, create: leaveOneOut },
  { kind: kindOf("timeSeries"), contract: 1, create: timeSeries },
  {
    kind: kindOf("ensemble"),
    contract: 1,
    create: ({ models, average }) =>
      ensemble(models as unknown as readonly Layer[], {
        ...(average !== undefined && { average: average as unknown as Layer }),
      }),
  },
  {
    kind: kindOf("abreast"),
    contract: 1,
    create: ({ models, widths }) =>
      abreast(models as unknown as readonly Layer[], widths as readonly number[]),
  },
  {
    kind: kindOf("pipelines"),
    contract: 1,
    create: ({ members }) =>
      pipelines(members as unknown as readonly PipelineMember[]) satisfies FittedTransform,
  },
];
