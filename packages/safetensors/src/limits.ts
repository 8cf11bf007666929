/** The longest header, in bytes; the format says so, too. */
export const longestHeader = 100_000_000;
/** More tensors than models have, and few enough to be held beside the file. */
export const mostTensors = 100_000;
/** More axes than tensors have. */
export const mostAxes = 64;
/** How deep values of metadata may be nested. Engines fail at some thousands. */
export const mostNesting = 500;
