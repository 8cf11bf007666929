/** What is done for indices from the end of the range before up to the end of this one. */
export interface Branch {
  readonly end: number;
  readonly lines: readonly string[];
}

/**
 * Statements that run the branch in whose range an index is; the last one takes all that is left. WGSL limits how many
 * branches follow each other, so they are divided in halves.
 */
export function branchesAt(index: string, branches: readonly Branch[]): readonly string[] {
  const middle = branches.length >> 1;
  if (middle === 0) return branches.flatMap(({ lines }) => lines);
  const [first, second] = [branches.slice(0, middle), branches.slice(middle)];
  return [
    `if (${index} < ${first.at(-1)!.end}) {`,
    ...branchesAt(index, first),
    "} else {",
    ...branchesAt(index, second),
    "}",
  ];
}
