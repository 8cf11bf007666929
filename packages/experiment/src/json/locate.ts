import { namesIn } from "./pointer.ts";
import { scanJson } from "./scan.ts";

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
  const names = namesIn(path);
  let offset = 0;
  let depth = -1;
  scanJson(text, (found, at) => {
    const isAround =
      found.length > depth &&
      found.length <= names.length &&
      found.every((name, i) => String(name) === names[i]);
    if (isAround) [offset, depth] = [at, found.length];
  });
  return placeOf(text, offset);
}

/** The line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
