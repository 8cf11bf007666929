import { check, type HostTensor } from "@nn/core";
import type { History } from "@nn/trainer";
import type { HostTree } from "../job/host-tree.ts";

/** The mean of what the models of a fold predict, in their dtype, as the model with that mean computes it. */
export function meanPredictions(members: readonly HostTree[]): HostTree {
  const [first, ...others] = members;
  const leaves = first!.leaves.map((leaf, at): HostTensor => {
    const data = leaf.data.slice();
    for (const [i, { leaves: own }] of others.entries()) {
      const shape = own[at]?.shape ?? [];
      check(
        String(shape) === String(leaf.shape),
        () =>
          `kFold: members of a fold must give outputs of one shape, but member 0 gives [${leaf.shape}] and member ${i + 1} ` +
          `[${shape}]; let the function \`model\` give them all the same outputs`,
      );
      for (const [place, value] of own[at]!.data.entries()) data[place]! += value;
    }
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
