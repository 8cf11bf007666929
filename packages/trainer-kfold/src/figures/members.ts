import type { HostTensor } from "@nn/core";
import type { History } from "@nn/trainer";
import type { HostTree } from "../job/host-tree.ts";

/** The mean of what the models of a fold predict, in their dtype, as the model with that mean computes it. */
export function meanPredictions(members: readonly HostTree[]): HostTree {
  const [first, ...others] = members;
  const leaves = first!.leaves.map((leaf, at): HostTensor => {
    const data = leaf.data.slice();
    for (const other of others)
      for (const [i, value] of other.leaves[at]!.data.entries()) data[i]! += value;
    return { ...leaf, data: data.map((sum) => sum / members.length) };
  });
  return { form: first!.form, leaves };
}

/** The mean of the histories of several models, over the epochs that all of them have. */
export function meanHistory(members: readonly History[]): History {
  const epochs = Math.min(...members.map(({ loss }) => loss.length));
  const meanOf = (name: string): number[] =>
    Array.from(
      { length: epochs },
      (_, epoch) =>
        members.reduce((sum, history) => sum + history[name]![epoch]!, 0) / members.length,
    );
  const names = Object.keys(members[0]!);
  return Object.fromEntries(names.map((name) => [name, meanOf(name)])) as unknown as History;
}
