import { compositeEntries } from "./composite.ts";
import { elementwiseEntries } from "./elementwise.ts";
import type { Entry } from "./entry.ts";
import { structureEntries } from "./structure.ts";

/** Every function that is tested with generated operands. */
export const vocabulary: readonly Entry[] = [
  ...elementwiseEntries,
  ...structureEntries,
  ...compositeEntries,
];
