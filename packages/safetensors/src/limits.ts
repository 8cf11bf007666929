import { check } from "@nn/core";

/** The longest header, in bytes; the format says so, too. */
export const longestHeader = 100_000_000;
/** More tensors, and more values of metadata, than models have, and few enough to be held beside the file. */
const mostNames = 100_000;
/** More axes than tensors have. */
export const mostAxes = 64;
/** How deep values of metadata may be nested. Engines fail at some thousands. */
export const mostNesting = 500;

/** Refuses more of something than files may have. */
export function checkCount(count: number, what: string): void {
  check(count <= mostNames, () => `safetensors: expected at most ${mostNames} ${what}, got more`);
}
