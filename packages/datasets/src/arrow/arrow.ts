import { checkKnown, checkOneOf, checkTable } from "../check-options.ts";
import { check, type Table } from "@nn/core";
import { type ColumnTable, fromArrow, toArrowIPC } from "arquero";
import {
  checkColumnOptions,
  type ColumnOptions,
  plainTable,
  selectNames,
  tableOf,
} from "../columns.ts";
import { show } from "../show.ts";
import { type Source, wholeBytes } from "../source.ts";
import { checkBounds } from "./bounds.ts";
import { arrowType as types } from "./schema.ts";

/**
 * Reads a table from Arrow's IPC format, the one for files (Feather 2) or the one for streams.
 *
 * ```ts
 * const houses = await readArrow((await fetch("houses.arrow")).body!, { select: ["price", "lat", "long"] });
 * ```
 */
export async function readArrow(source: Source, options: ColumnOptions = {}): Promise<ColumnTable> {
  checkColumnOptions("readArrow", options);
  const given = await wholeBytes("readArrow", source);
  // Numbers are read where they are, so they must not begin in between.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const columns = new Map<string, ArrayLike<unknown>>();
  let names: readonly string[];
  let found: ColumnTable;
  try {
    checkBounds(bytes);
    // As bigints, integers above 2⁵³ may become strings where that is asked for.
    found = fromArrow(bytes, { useBigInt: true });
    names = found.columnNames();
    if (names.length === 0) throw new Error("it has no columns");
  } catch (cause) {
    throw refusal(cause);
  }
  for (const name of selectNames("readArrow", names, options)) {
    checkPlain(name, found.column(name));
    try {
      columns.set(name, found.array(name));
    } catch (cause) {
      throw refusal(cause);
    }
  }
  return tableOf("readArrow", columns, options);
}

const nested: readonly number[] = [
  types.list,
  types.struct,
  types.union,
  types.fixedSizeList,
  types.map,
  types.largeList,
  types.listView,
  types.largeListView,
];

/** Refuses lists and the like before they are made: a few bytes of a file may be very many of these. */
function checkPlain(name: string, column: unknown): void {
  const { type } = column as { readonly type?: { readonly typeId: number } };
  check(
    !type || !nested.includes(type.typeId),
    () =>
      `readArrow: column ${show(name)} has lists or objects, expected numbers, booleans, strings or dates; ` +
      "leave it out with select",
  );
}

function refusal(cause: unknown): Error {
  return new SyntaxError(
    `readArrow: this is no file of Arrow's IPC format, or a damaged one: ${(cause as Error).message}`,
    { cause },
  );
}

/** How a table is written as Arrow. */
export interface WriteArrowOptions {
  /** Default the format for files. */
  readonly format?: "file" | "stream";
}

/**
 * A table in Arrow's IPC format for files, or for streams.
 *
 * ```ts
 * const bytes = writeArrow(table({ a: [1, NaN], b: ["x", null] }));
 * ```
 */
export function writeArrow(table: Table, options: WriteArrowOptions = {}): Uint8Array {
  checkKnown("writeArrow", options, ["format"]);
  const { format = "file" } = options;
  checkOneOf("writeArrow: format", format, ["file", "stream"]);
  checkTable("writeArrow", table);
  // Names of columns such as toString are found in other objects.
  const types = Object.create(null) as Record<string, never>;
  return toArrowIPC(plainTable("writeArrow", table), { format, types });
}
