import type { Chart } from "../chart.ts";
import type { SvgFileOptions } from "../draw/svg-file.ts";

/**
 * Writes a report, which `report`, `runReport` or `compareReport` made, to a file: whole or not at all.
 *
 * ```ts
 * await writeReport("run/report.html", runReport(run));
 * ```
 */
export declare function writeReport(file: string, html: string): Promise<void>;

/**
 * Writes a chart as an SVG file, with its title and background: whole or not at all.
 *
 * ```ts
 * await writeSvg("loss.svg", curves([result], { figure: "loss" }));
 * ```
 */
export declare function writeSvg(
  file: string,
  chart: Chart,
  options?: SvgFileOptions,
): Promise<void>;
