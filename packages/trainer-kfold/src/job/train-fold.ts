import type { HostTensors, Json, Tree } from "@nn/core";
import { type DataSet, fit, type FitOptions, type FitResult, type History } from "@nn/trainer";
import { disposeOf } from "../data/dispose.ts";
import { hostOf, type HostTree, leavesOf, prefixed, toHost, unprefixed } from "./host-tree.ts";

/** The options of `fit` for a fold, whatever its model takes and gives. */
export interface FoldFit extends FitOptions<Tree, Tree, Tree> {
  readonly data: DataSet;
  readonly validation: DataSet;
}

/** What came of a fold, outside of any backend. */
export interface TrainedFold {
  readonly ended: FitResult<Tree, Tree>["ended"];
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly history: History;
  readonly inputTypes: FitResult<Tree, Tree>["inputTypes"];
  readonly parameters: HostTensors;
  readonly state: HostTensors;
  /** Of the validation rows. */
  readonly predictions: HostTree;
}

/** Trains a fold and predicts its validation rows. */
export async function trainFold(options: FoldFit): Promise<TrainedFold> {
  const result = await fit(options);
  const { ended, epochs, best, history, inputTypes } = result;
  const output = result.predict(options.validation.inputs);
  const predictions = await toHost(output);
  disposeOf(output);
  return {
    ended,
    epochs,
    bestEpoch: best,
    history,
    inputTypes,
    predictions,
    parameters: await takeOut(result.parameters),
    state: await takeOut(result.state),
  };
}

async function takeOut(values: FitResult<Tree, Tree>["parameters"]): Promise<HostTensors> {
  const entries = Object.entries(values).map(async ([path, value]) => {
    const host = await hostOf(value);
    value.dispose();
    return [path, host] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A trained fold as it is sent and stored. */
export interface PackedFold {
  readonly value: { readonly [name: string]: Json };
  readonly tensors: HostTensors;
}

/** Puts a trained fold into that form. History is kept as tensors, since JSON has no NaN. */
export function packFold(trained: TrainedFold): PackedFold {
  const { ended, epochs, bestEpoch, history, parameters, state, predictions } = trained;
  const inputTypes = trained.inputTypes as unknown as Json;
  const figures = Object.entries(history).map(([name, values]) => {
    const data = Float64Array.from(values);
    return [name, { shape: [data.length], dtype: "f64", data }] as const;
  });
  return {
    value: { ended, epochs, bestEpoch, inputTypes, form: predictions.form },
    tensors: {
      ...prefixed("parameters", parameters),
      ...prefixed("state", state),
      ...prefixed("predictions", predictions.leaves),
      ...prefixed("history", Object.fromEntries(figures)),
    },
  };
}

/** The way back. */
export function unpackFold({ value, tensors }: PackedFold): TrainedFold {
  const { form, ...known } = value as unknown as Pick<
    TrainedFold,
    "ended" | "epochs" | "bestEpoch" | "inputTypes"
  > & { readonly form: Json };
  const history = Object.entries(unprefixed("history", tensors)).map(
    ([name, { data }]) => [name, Array.from<number>(data)] as const,
  );
  return {
    ...known,
    history: Object.fromEntries(history) as unknown as History,
    parameters: unprefixed("parameters", tensors),
    state: unprefixed("state", tensors),
    predictions: { form, leaves: leavesOf("predictions", tensors) },
  };
}
