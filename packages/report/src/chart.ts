/** A chart as plain data: a picture, and what to say beside it. */
export interface Chart {
  readonly title: string;
  /** What the picture shows and what it leaves out, in sentences; may be empty. */
  readonly caption: string;
  /**
   * One `<svg>` element. It has no title or background of its own and draws in `currentColor`, so that it suits light
   * and dark pages; `svgFile` makes a picture of it that stands alone. Nothing in it refers to other files or has an id.
   */
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** What all charts can be told. */
export interface ChartOptions {
  readonly title?: string;
  /** In pixels; 440 by default. Charts shrink with the page that they are in. */
  readonly width?: number;
  /** In pixels; what suits the chart by default. */
  readonly height?: number;
}
