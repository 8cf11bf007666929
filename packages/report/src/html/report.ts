import type { Chart } from "../chart.ts";

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

/** What a section shows. All texts are shown as they are: there is no way to put HTML into them. */
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

/** A table of texts and numbers. The first column names the rows. */
export interface ReportTable {
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null | undefined)[])[];
}

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
export declare function report(content: ReportOf): string;
