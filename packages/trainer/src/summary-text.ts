import type { ModelSummary } from "./summary.ts";
import { tableOf, textColumns } from "./summary-table.ts";

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
  ];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]!.length)),
  );
  const [first, ...others] = lines.map((cells) =>
    cells
      .map((cell, i) => (i < textColumns ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [first, rule, ...others.slice(0, -1), rule, others.at(-1), ...notes].join("\n");
}
