import type { FittedTransform, Layer, Plugin, Tensor } from "@nn/core";
import { kindOf } from "./kind.ts";
import { abreast, type AbreastOptions } from "./model/abreast.ts";
import { ensemble, type EnsembleOptions } from "./model/ensemble.ts";
import { type PipelineMember, pipelines, type PipelinesOptions } from "./model/pipelines.ts";
import { grouped, type GroupedOptions } from "./splitters/grouped.ts";
import { kFolds } from "./splitters/k-folds.ts";
import { leaveOneOut } from "./splitters/leave-one-out.ts";
import { repeated, type RepeatedOptions } from "./splitters/repeated.ts";
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
    create: ({ splitter, times, ...options }) =>
      repeated(splitter as unknown as Splitter, times as number, options as RepeatedOptions),
  },
  { kind: kindOf("leaveOneOut"), contract: 1, create: leaveOneOut },
  { kind: kindOf("timeSeries"), contract: 1, create: timeSeries },
  {
    kind: kindOf("ensemble"),
    contract: 1,
    create: ({ models, ...options }) =>
      ensemble(models as unknown as readonly Layer[], options as EnsembleOptions<Tensor>),
  },
  {
    kind: kindOf("abreast"),
    contract: 1,
    create: ({ models, widths, ...options }) =>
      abreast(
        models as unknown as readonly Layer[],
        widths as readonly number[],
        options as AbreastOptions,
      ),
  },
  {
    kind: kindOf("pipelines"),
    contract: 1,
    create: ({ members, ...options }): FittedTransform =>
      pipelines(members as unknown as readonly PipelineMember[], options as PipelinesOptions),
  },
];
