/** Rows of texts as aligned lines; the first column to the left, and the others to the right unless it says otherwise. */
export function textTable(
  rows: readonly (readonly string[])[],
  others: "left" | "right" = "right",
): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 || others === "left" ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
