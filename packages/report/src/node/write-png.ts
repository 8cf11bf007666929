import type { Chart } from "../chart.ts";
import type { SvgFileOptions } from "../draw/svg-file.ts";

/** How to draw a PNG. */
export interface PngOptions extends SvgFileOptions {
  /** Pixels of the file for each of the chart; 2 by default. */
  readonly scale?: number;
  /** A font file, such as `DejaVuSans.ttf`; by default, one of those that systems come with. */
  readonly font?: string | Uint8Array;
}

/**
 * Writes a chart as a PNG file: whole or not at all. It is drawn by `@resvg/resvg-wasm`, which is not among the packages
 * that this one needs: install it where you want PNGs.
 *
 * ```ts
 * await writePng("loss.png", curves([result], { figure: "loss" }), { scale: 3 });
 * ```
 */
export declare function writePng(file: string, chart: Chart, options?: PngOptions): Promise<void>;
