import { isTensor, TensorError } from "@nn/core";
import type { DataSet } from "../data/data.ts";
import { isShaped, mapRows, rowsOf } from "../data/rows-tree.ts";

/** Positions that are remembered, which are enough for a message. */
const most = 1000;

/**
 * Refuses data that holds values which are not finite, and says where. Tensors are not read: they may be anywhere, and
 * are often trained on several times. `firstRow` is the number of the first row, in a part of something larger.
 */
export function refuseNotFinite(name: string, data: DataSet, firstRow = 0): void {
  mapRows(name, data, (leaf, path) => {
    if (isTensor(leaf)) return;
    const found: (readonly [position: number, value: number])[] = [];
    let count = 0;
    let position = 0;
    const visit = (node: unknown): void => {
      // x - x is 0 just where x is finite.
      if (typeof node === "number") {
        if (node - node !== 0 && count++ < most) found.push([position, node]);
        position++;
      } else if (Array.isArray(node)) for (let i = 0; i < node.length; i++) visit(node[i]);
      else if (ArrayBuffer.isView(node)) {
        const values = node as Float64Array;
        for (let i = 0; i < values.length; i++)
          if (values[i]! - values[i]! !== 0 && count++ < most)
            found.push([position + i, values[i]!]);
        position += values.length;
      } else position++;
    };
    visit(isShaped(leaf) ? leaf.data : leaf);
    const [first] = found;
    if (!first) return;
    const width = position / rowsOf(leaf)!;
    const rows = [...new Set(found.map(([at]) => firstRow + Math.floor(at / width)))];
    const column = width > 1 ? `, column ${first[0] % width}` : "";
    throw new TensorError(
      `${path}: ${count} ${count === 1 ? "value is" : "values are"} not finite, first in row ${rows[0]}${column} ` +
        `(${first[1]})${rows.length > 1 ? `, then in rows ${rows.slice(1, 5).join(", ")}` : ""}; ` +
        "fill them in, leave these rows out, or pass { lint: false }",
    );
  });
}
