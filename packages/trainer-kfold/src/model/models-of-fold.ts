import type { Backend, HostTensors, TensorMap, Tree } from "@nn/core";
import { meanHistory } from "../figures/members.ts";
import { monitorOf } from "../figures/monitor.ts";
import { bestOf } from "../figures/summarize.ts";
import type { FinishedFold } from "../finish-fold.ts";
import { tensorOf } from "../job/host-tree.ts";
import type { AnyOptions } from "../options.ts";
import type { FoldResult, MemberResult } from "../result.ts";
import { foldModel } from "./fold-model.ts";
import { meanModel } from "./mean-model.ts";

/** Puts the models of a fold on the backend: each of them, and what they come to as one. */
export function modelsOfFold(
  options: AnyOptions,
  { members, pipeline, columns }: FinishedFold,
): Omit<MemberResult<Tree, Tree>, "member"> & Pick<FoldResult<Tree, Tree>, "members"> {
  const { backend } = options;
  const results = members.map(({ info, model, trained }): MemberResult<Tree, Tree> => {
    const { parameters, state, inputTypes, history, epochs, bestEpoch } = trained;
    const variables = { parameters: upload(backend, parameters), state: upload(backend, state) };
    const parts = { ...(pipeline && { pipeline }), ...(columns && { columns }) };
    const { member, seed } = info;
    const own = foldModel({ backend, model, inputTypes, variables, ...parts });
    return { ...own, member, seed, history, epochs, bestEpoch };
  });
  return { ...joinedOf(options, results), members: results };
}

/** What the models of a fold come to as one; the only one is the fold's as it is. */
function joinedOf(
  options: AnyOptions,
  members: readonly MemberResult<Tree, Tree>[],
): Omit<MemberResult<Tree, Tree>, "member"> {
  const [{ member: _, ...first }, ...others] = members as [MemberResult<Tree, Tree>];
  if (others.length === 0) return first;
  const history = meanHistory(members.map((own) => own.history));
  const { path, better } = monitorOf(options);
  return {
    ...meanModel(options.backend, members),
    seed: first.seed,
    history,
    epochs: history.loss.length,
    bestEpoch: bestOf(history[path]!, better) + 1,
  };
}

function upload(backend: Backend, tensors: HostTensors): TensorMap {
  const entries = Object.entries(tensors);
  return Object.fromEntries(entries.map(([path, value]) => [path, tensorOf(backend, value)]));
}
