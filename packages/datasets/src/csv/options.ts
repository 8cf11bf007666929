import { check } from "@nn/core";
import { checkCount, checkKnown, checkOneOf, checkSignal, checkTexts } from "../check-options.ts";

/**
 * What a column is: `number` a `Float64Array` with NaN where values are missing, `integer` an `Int32Array`, in which none
 * may be missing, and `boolean`, `string` and `date` arrays of these with null where they are missing.
 */
export type ColumnType = "number" | "integer" | "boolean" | "string" | "date";

/** How far reading is. */
export interface CsvProgress {
  readonly bytes: number;
  /** Where the source knows. */
  readonly totalBytes?: number;
  readonly rows: number;
}

/** How separated values are to be read. */
export interface CsvOptions {
  /** One character of ASCII; default `"auto"`: the one of `,` `;` tab `|` that divides the first lines evenly. */
  readonly delimiter?: string;
  /** What encloses cells, `"` by default; `false` where quotes mean nothing. */
  readonly quote?: string | false;
  /** What is between whole numbers and fractions; default `"."`. */
  readonly decimal?: "." | ",";
  /** Whether the first line has the names of columns; default true. Without, they are `column1`, `column2`, …. */
  readonly header?: boolean;
  /** Names instead of those of the header, as a list or made from the header's. */
  readonly names?: readonly string[] | ((found: readonly string[]) => readonly string[]);
  /** Only these columns are read, in this order. */
  readonly select?: readonly string[];
  /**
   * Types by names of columns. Those of others follow from all their cells: numbers where all are, booleans where all are
   * `true` or `false`, or else strings. Zeros in front and whole numbers above 2⁵³ make codes, which stay strings.
   */
  readonly types?: { readonly [column: string]: ColumnType };
  /** What stands for a missing value; default nothing, `NA` and `NaN`. In columns of strings only without quotes. */
  readonly missing?: readonly string[];
  /** What becomes of cells that are not of their column's type; default `"error"`. */
  readonly invalid?: "error" | "missing";
  /** Another encoding than UTF-8, such as `"windows-1252"` or `"utf-16le"`. */
  readonly encoding?: string;
  /** How many bytes a line may have, with all lines of its quoted cells; default 2²⁴. Bounds memory. */
  readonly longestLine?: number;
  /** Ends reading with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Is called now and then, and at the end. */
  readonly onProgress?: (progress: CsvProgress) => void;
}

/** Options as the reader takes them: checked, and none left out. */
export interface CsvSettings {
  /** What messages begin with. */
  readonly origin: string;
  readonly delimiter: number | undefined;
  /** -1 where there is none. */
  readonly quote: number;
  readonly point: number;
  readonly header: boolean;
  readonly names: CsvOptions["names"];
  readonly select: readonly string[] | undefined;
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly missing: readonly string[];
  readonly invalid: "error" | "missing";
  readonly encoding: string | undefined;
  readonly longestLine: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: CsvOptions["onProgress"];
}

const columnTypes: readonly ColumnType[] = ["number", "integer", "boolean", "string", "date"];
const csvOptionNames = [
  "delimiter",
  "quote",
  "decimal",
  "header",
  "names",
  "select",
  "types",
  "missing",
  "invalid",
  "encoding",
  "longestLine",
  "signal",
  "onProgress",
] as const satisfies readonly (keyof CsvOptions)[];

/** Checks options. `name` is that of the function, `origin` what errors of the file begin with. */
export function csvSettings(name: string, options: CsvOptions, origin = name): CsvSettings {
  checkKnown(name, options, csvOptionNames);
  const { delimiter = "auto", quote = '"', decimal = ".", header = true, names } = options;
  const { select, types = {}, missing = ["", "NA", "NaN"], invalid = "error" } = options;
  const { encoding, longestLine = 2 ** 24, signal, onProgress } = options;
  if (delimiter !== "auto") checkSign(`${name}: delimiter`, delimiter, 'or "auto"');
  if (quote !== false) checkSign(`${name}: quote`, quote, "or false");
  checkOneOf(`${name}: decimal`, decimal, [".", ","]);
  check(
    delimiter !== quote && delimiter !== decimal && quote !== decimal,
    () =>
      `${name}: delimiter ${JSON.stringify(delimiter)}, quote ${JSON.stringify(quote)} and decimal ` +
      `${JSON.stringify(decimal)} must differ`,
  );
  checkOneOf(`${name}: header`, header, [true, false]);
  if (names !== undefined && typeof names !== "function") checkTexts(`${name}: names`, names);
  if (select !== undefined) {
    checkTexts(`${name}: select`, select);
    const twice = select.find((one, i) => select.indexOf(one) < i);
    check(twice === undefined, () => `${name}: select has '${twice}' twice`);
    check(select.length > 0, () => `${name}: select must have a column`);
  }
  checkTypes(name, types);
  checkTexts(`${name}: missing`, missing);
  checkOneOf(`${name}: invalid`, invalid, ["error", "missing"]);
  if (encoding !== undefined) checkEncoding(name, encoding);
  checkCount(`${name}: longestLine`, longestLine);
  checkSignal(`${name}: signal`, signal);
  check(
    onProgress === undefined || typeof onProgress === "function",
    () => `${name}: onProgress must be a function, got ${String(onProgress)}`,
  );
  return {
    origin,
    delimiter: delimiter === "auto" ? undefined : delimiter.charCodeAt(0),
    quote: quote === false ? -1 : quote.charCodeAt(0),
    point: decimal.charCodeAt(0),
    header,
    names,
    select,
    types: new Map(Object.entries(types)),
    missing,
    invalid,
    // What is read as it is has errors at the very byte, and may be strings, too.
    encoding: /^utf-?8$/i.test(encoding ?? "utf-8") ? undefined : encoding,
    longestLine,
    signal,
    onProgress,
  };
}

/** Refuses what is there, but does not give types by columns. */
export function checkTypes(name: string, types: unknown = {}): void {
  check(
    typeof types === "object" && types !== null && !Array.isArray(types),
    () => `${name}: types must be an object of types by columns, got ${JSON.stringify(types)}`,
  );
  for (const [column, type] of Object.entries(types))
    checkOneOf(`${name}: the type of '${column}'`, type, columnTypes);
}

function checkSign(name: string, value: unknown, or: string): void {
  check(
    typeof value === "string" && /^[\t\x20-\x7e]$/.test(value) && !/[\w.+-]/.test(value),
    () => `${name} must be one sign of ASCII ${or}, got ${JSON.stringify(value)}`,
  );
}

function checkEncoding(name: string, encoding: unknown): void {
  try {
    check(typeof encoding === "string", () => "");
    void new TextDecoder(encoding, { fatal: true });
  } catch {
    check(
      false,
      () =>
        `${name}: there is no encoding ${JSON.stringify(encoding)}; expected one such as "windows-1252"`,
    );
  }
}
