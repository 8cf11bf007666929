import { isTensor, TensorError } from "@nn/core";
import type { DataSet, Rows } from "../data/data.ts";
import { isShaped, mapRows, rowsOf } from "../data/rows-tree.ts";

/** Values that are no finite numbers. */
export interface NotFinite {
  readonly count: number;
  /** The first of them, row by row; enough for a message. */
  readonly found: readonly Place[];
  /** Values a row. */
  readonly width: number;
}

/** A value and where it is. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly value: unknown;
}

/** Values that are remembered. */
const most = 1000;

/** Looks at all values of rows that are no tensor, and of one shape. */
export function findNotFinite(leaf: Rows): NotFinite {
  const found: { readonly position: number; readonly value: unknown }[] = [];
  let count = 0;
  let position = 0;
  const add = (at: number, value: unknown): void => {
    if (count++ < most) found.push({ position: at, value });
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (let i = 0; i < node.length; i++) visit(node[i]);
    else if (ArrayBuffer.isView(node)) {
      const values = node as Float64Array;
      // x - x is 0 just where x is finite.
      for (let i = 0; i < values.length; i++)
        if (values[i]! - values[i]! !== 0) add(position + i, values[i]);
      position += values.length;
    } else {
      if (typeof node === "number" ? node - node !== 0 : typeof node !== "boolean")
        add(position, node);
      position++;
    }
  };
  visit(isShaped(leaf) ? leaf.data : leaf);
  const width = position / rowsOf(leaf)!;
  const placeOf = ({ position: at, value }: (typeof found)[0]): Place => ({
    row: Math.floor(at / width),
    column: at % width,
    value,
  });
  return { count, found: found.map(placeOf), width };
}

/**
 * Refuses data that holds values which are not finite, and says where. Tensors are not read: they may be anywhere, and
 * are often trained on several times. `firstRow` is the number of the first row, in a part of something larger.
 *
 * ```ts
 * refuseNotFinite("search: data", { inputs, targets }); // search: data.inputs: 1 value is not finite, …
 * ```
 */
export function refuseNotFinite(name: string, data: DataSet, firstRow = 0): void {
  mapRows(name, data, (leaf, path) => {
    if (isTensor(leaf)) return;
    const { count, found, width } = findNotFinite(leaf);
    const [first] = found;
    if (!first) return;
    const rows = [...new Set(found.map(({ row }) => firstRow + row))];
    const column = width > 1 ? `, column ${first.column}` : "";
    throw new TensorError(
      `${path}: ${count} ${count === 1 ? "value is" : "values are"} not finite, first in row ${rows[0]}${column} ` +
        `(${String(first.value)})${rows.length > 1 ? `, then in rows ${rows.slice(1, 5).join(", ")}` : ""}; ` +
        "fill them in, leave these rows out, or pass { lint: false }",
    );
  });
}
