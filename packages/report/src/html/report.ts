import { check } from "@nn/core";
import type { Chart } from "../chart.ts";
import { checkKnown, checkText, isListOf, isObject, show } from "../check.ts";
import { escapeText } from "../draw/serialize.ts";
import { blockHtml } from "./block.ts";
import { style } from "./style.ts";

/** What a report is made of. */
export interface ReportOf {
  readonly title: string;
  /** A sentence or two below the title. */
  readonly lead?: string;
  readonly sections: readonly Section[];
}

/** A part of a report with a heading. */
export interface Section {
  readonly title: string;
  readonly lead?: string;
  readonly blocks: readonly Block[];
}

/**
 * What a section shows. All texts are shown as they are, whatever is in them; only a chart's `svg` goes into the page as
 * it is.
 */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "charts"; readonly charts: readonly Chart[] }
  /** One chart at a time, to be chosen by a name, such as that of a feature. */
  | { readonly kind: "choice"; readonly label: string; readonly options: readonly Choice[] }
  | ({ readonly kind: "table" } & ReportTable)
  /** Anything for JSON, indented; to be opened by a click on its title. */
  | { readonly kind: "json"; readonly title: string; readonly value: unknown };

/** A chart among several. */
export interface Choice {
  readonly name: string;
  readonly chart: Chart;
}

/** A table of texts and numbers, which are written with four digits. The first column names the rows. */
export interface ReportTable {
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null | undefined)[])[];
}

/** Nothing is loaded or run, even where something got into the file that should not have. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * One HTML file that needs nothing else: no network, no scripts, fonts of the system. It is light or dark as the reader's
 * system is, and can be read on a phone and by a screen reader. The same data gives the same bytes.
 *
 * ```ts
 * const html = report({
 *   title: "Houses",
 *   sections: [{ title: "Training", blocks: [{ kind: "charts", charts: [curves([result], { figure: "loss" })] }] }],
 * });
 * ```
 */
export function report(content: ReportOf): string {
  checkKnown("report", content, ["title", "lead", "sections"]);
  const { title, lead, sections } = content;
  checkText("report: title", title);
  check(
    isListOf(sections, (section) => isObject(section) && Array.isArray(section["blocks"])),
    () => `report: sections must be a list of { title, blocks }, got ${show(sections)}`,
  );
  for (const section of sections) checkText("report: title of a section", section.title);
  const links = sections.map(
    (section, i) => `<li><a href="#section-${i + 1}">${escapeText(section.title)}</a></li>`,
  );
  const parts = sections.map(
    (section, i) =>
      `<section aria-labelledby="section-${i + 1}">\n<h2 id="section-${i + 1}">${escapeText(section.title)}</h2>\n` +
      `${paragraph(section.lead)}${section.blocks.map((block, j) => blockHtml(block, `${i + 1}-${j + 1}`)).join("\n")}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeText(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
${paragraph(lead)}</header>
${links.length > 1 ? `<nav aria-label="Sections"><ul>${links.join("")}</ul></nav>\n` : ""}<main>
${parts.join("\n")}
</main>
</body>
</html>
`;
}

function paragraph(text: string | undefined): string {
  return text ? `<p class="lead">${escapeText(text)}</p>\n` : "";
}
