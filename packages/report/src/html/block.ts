import { check } from "@nn/core";
import type { Chart } from "../chart.ts";
import { checkText, isListOf, isObject, show } from "../check.ts";
import { escapeText } from "../draw/serialize.ts";
import { showNumber } from "../draw/text.ts";
import type { Block, ReportTable } from "./report.ts";

/** A block as HTML; `id` tells it from the other blocks of the report. */
export function blockHtml(block: Block, id: string): string {
  switch (block.kind) {
    case "text":
      checkText("report: text of a block", block.text);
      return `<p>${escapeText(block.text)}</p>`;
    case "charts":
      return `<div class="charts">\n${block.charts.map(figure).join("\n")}\n</div>`;
    case "choice":
      return choice(block, id);
    case "table":
      return table(block);
    case "json":
      checkText("report: title of a block", block.title);
      return `<details><summary>${escapeText(block.title)}</summary><pre tabindex="0">${escapeText(json(block.value))}</pre></details>`;
    default:
      check(
        false,
        () => `report: blocks are of kind text, charts, choice, table or json, got ${show(block)}`,
      );
      return "";
  }
}

function figure(chart: Chart): string {
  check(
    isObject(chart) && typeof chart.svg === "string" && chart.svg.startsWith("<svg "),
    () => `report: expected what a chart such as curves() returns, got ${show(chart)}`,
  );
  const { title, caption, svg } = chart;
  checkText("report: title of a chart", title);
  const more = caption ? `<span>${escapeText(caption)}</span>` : "";
  return `<figure><figcaption><b>${escapeText(title)}</b>${more}</figcaption><div class="picture">${svg}</div></figure>`;
}

/** Buttons, each with its chart behind it: what is shown is up to the style sheet, so that no script is needed. */
function choice({ label, options }: Extract<Block, { kind: "choice" }>, id: string): string {
  checkText("report: label of a choice", label);
  const parts = options.map(
    ({ name, chart }, i) =>
      `<input type="radio" name="choice-${id}" id="choice-${id}-${i + 1}"${i === 0 ? " checked" : ""}>` +
      `<label for="choice-${id}-${i + 1}">${escapeText(name)}</label>${figure(chart)}`,
  );
  return `<fieldset><legend>${escapeText(label)}</legend>\n${parts.join("\n")}\n</fieldset>`;
}

function table({ caption, columns, rows }: ReportTable): string {
  check(
    isListOf(columns, (column) => typeof column === "string") &&
      isListOf(rows, (row) => Array.isArray(row) && row.length === columns.length),
    () => `report: a table needs columns, and rows of as many cells`,
  );
  // A column with words among its cells is one of texts.
  const classes = columns.map((_, i) =>
    i > 0 && rows.some((row) => isText(row[i])) ? ' class="text"' : "",
  );
  const head = columns
    .map((column, i) => `<th scope="col"${classes[i]}>${escapeText(column)}</th>`)
    .join("");
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => {
      if (i === 0) return `<th scope="row">${escapeText(cellText(cell))}</th>`;
      return `<td${classes[i]}>${escapeText(cellText(cell))}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll" role="region" aria-label="${escapeText(caption ?? "table")}" tabindex="0"><table>${caption ? `<caption>${escapeText(caption)}</caption>` : ""}` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`
  );
}

/** Whether it is a text that is no number with its unit or deviation. */
function isText(cell: ReportTable["rows"][number][number]): boolean {
  return typeof cell === "string" && !/^([−\d]|–$)/.test(cell);
}

function cellText(cell: string | number | null | undefined): string {
  return typeof cell === "number" ? showNumber(cell) : (cell ?? "–");
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value, undefined, 2) ?? "undefined";
  } catch (error) {
    check(false, () => `report: a json block holds what JSON cannot: ${String(error)}`);
    return "";
  }
}
