import type { Chart } from "../chart.ts";

/** What a chart looks like where it stands alone. */
export interface SvgFileOptions {
  /** Any colour of CSS, or `none`; white by default. */
  readonly background?: string;
  /** The colour of text and lines; black by default. */
  readonly foreground?: string;
}

/**
 * A chart as an SVG file that stands alone, with its title and background.
 *
 * ```ts
 * const file = svgFile(curves([result], { figure: "loss" })); // <svg xmlns="http://www.w3.org/2000/svg" …
 * ```
 */
export declare function svgFile(chart: Chart, options?: SvgFileOptions): string;
