import { printable, widthOf } from "./plain-text.ts";
import type { ModelSummary } from "./summary.ts";
import { tableOf, textColumns } from "./table.ts";

/**
 * A summary as a table in plain text, with layers indented below those around them.
 *
 * ```ts
 * console.log(summaryText(summary(model, [784])));
 * ```
 */
export function summaryText(summary: ModelSummary): string {
  const { header, rows, total, notes } = tableOf(summary);
  const lines = [
    header,
    ...rows.map(({ depth, cells: [name, ...rest] }) => ["  ".repeat(depth) + name, ...rest]),
    total,
  ].map((cells) => cells.map(printable));
  const widths = header.map((_, column) =>
    Math.max(...lines.map((cells) => widthOf(cells[column]!))),
  );
  const [first, ...others] = lines.map((cells) =>
    cells
      .map((cell, i) => {
        const space = " ".repeat(widths[i]! - widthOf(cell));
        return i < textColumns ? cell + space : space + cell;
      })
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [first, rule, ...others.slice(0, -1), rule, others.at(-1), ...notes].join("\n");
}
