import type { Chart } from "../chart.ts";
import { checkText } from "../check.ts";
import { svgFile, type SvgFileOptions } from "../draw/svg-file.ts";
import { writeWhole } from "./whole-file.ts";

/**
 * Writes a report, which `report`, `runReport` or `compareReport` made, to a file: whole or not at all.
 *
 * ```ts
 * await writeReport("run/report.html", runReport(run));
 * ```
 */
export async function writeReport(file: string, html: string): Promise<void> {
  checkText("writeReport: file", file);
  checkText("writeReport: html", html);
  await writeWhole(file, html);
}

/**
 * Writes a chart as an SVG file, with its title and background: whole or not at all.
 *
 * ```ts
 * await writeSvg("loss.svg", curves([result], { figure: "loss" }));
 * ```
 */
export async function writeSvg(
  file: string,
  chart: Chart,
  options: SvgFileOptions = {},
): Promise<void> {
  checkText("writeSvg: file", file);
  await writeWhole(file, svgFile(chart, options));
}
