import type { ModelSummary } from "./summary.ts";
import { tableOf, textColumns } from "./table.ts";

/**
 * A summary as a piece of HTML, a table that needs no style sheet and no script. All text in it is escaped.
 *
 * ```ts
 * document.body.innerHTML = summaryHtml(summary(model, [784]));
 * ```
 */
export function summaryHtml(summary: ModelSummary): string {
  const { header, rows, total, notes } = tableOf(summary);
  const row = (tag: "td" | "th", cells: readonly string[], depth = 0): string => {
    const inside = cells.map((cell, i) => {
      const align = i < textColumns ? "left" : "right";
      const indent = i === 0 ? 0.5 + 1.5 * depth : 0.5;
      const style = `text-align:${align};padding:0.2em 0.5em 0.2em ${indent}em`;
      return `<${tag} style="${style}">${escaped(cell)}</${tag}>`;
    });
    return `<tr>${inside.join("")}</tr>`;
  };
  return [
    `<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">`,
    `<caption style="caption-side:bottom;text-align:left">${notes.map(escaped).join("<br>")}</caption>`,
    `<thead>${row("th", header)}</thead>`,
    `<tbody>${rows.map(({ depth, cells }) => row("td", cells, depth)).join("\n")}</tbody>`,
    `<tfoot>${row("th", total)}</tfoot>`,
    "</table>",
  ].join("\n");
}

function escaped(text: string): string {
  const named: { readonly [character: string]: string } = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => named[character]!);
}
