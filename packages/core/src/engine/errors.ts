/** Something is wrong with an operation's operands. The message names operation, expectation, what came in, way out. */
export class TensorError extends Error {
  override name = "TensorError";
}

/** The shape as people write it: `[2, 3]`. */
export function show(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Throws a `TensorError` unless the condition holds; the message is only built when it is needed. */
export function check(condition: unknown, message: () => string): asserts condition {
  if (!condition) throw new TensorError(message());
}
