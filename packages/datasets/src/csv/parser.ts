import { type Cells, type Column, createColumn } from "./column.ts";
import { detectDelimiter, detectOther } from "./detect.ts";
import { CsvError } from "./error.ts";
import { headerNames, type Named, selectColumns } from "./header.ts";
import { inferredColumn } from "./inferred.ts";
import { missingTexts } from "./missing.ts";
import { numberParser } from "./number.ts";
import type { CsvSettings } from "./options.ts";
import { createScanner, type Scanner } from "./scanner.ts";
import { show } from "../show.ts";
import { textReader, utf8Decoder } from "./text.ts";

/** Makes columns of bytes that come piece by piece. */
export interface CsvParser {
  /** Takes a piece, which may be changed afterwards. */
  add(piece: Uint8Array): void;
  /** Says that there are no more pieces. */
  end(): void;
  /** Reads until the columns have so many rows, or there is no more to read: then false. */
  fill(rows: number): boolean;
  /** The columns so far, whose types hold for the next ones, too. */
  take(): { readonly names: readonly string[]; readonly columns: readonly ArrayLike<unknown>[] };
  /** Rows in the columns. */
  readonly pending: number;
  /** Rows in total. */
  readonly rows: number;
}

/** How much is looked at to find the delimiter. */
const sampleBytes = 65_536;

/** More columns than tables have, and few enough to be held. */
const mostColumns = 100_000;

/** A parser that holds no more of a file than its values, a line, and a piece. */
export function createParser(settings: CsvSettings): CsvParser {
  const { origin, longestLine } = settings;
  let pieces: Uint8Array[] = [];
  let size = 0;
  /** How many bytes are waited for: a long line is not looked at again for every piece. */
  let wanted = sampleBytes;
  let isLast = false;
  let buffer = new Uint8Array(0);
  let at = 0;
  let line = 1;
  let width = 0;
  let headerLine = 0;
  let scanner: Scanner | undefined;
  let columns: Column[] = [];
  let chosen: readonly Named[] = [];
  let rows = 0;
  let pending = 0;
  const numbers = numberParser(settings.point);
  const cells: Cells = {
    numbers,
    missing: missingTexts(settings.missing),
    decoder: utf8Decoder(),
    hasMissingNumbers: settings.missing.some((text) => {
      const bytes = new TextEncoder().encode(text);
      return !Number.isNaN(numbers.parse(bytes, 0, bytes.length));
    }),
  };

  return {
    add(piece) {
      pieces.push(piece.slice());
      size += piece.length;
    },
    end() {
      isLast = true;
    },
    fill(most) {
      if (!join()) return false;
      if (!scanner && !isLast && buffer.length <= longestLine && !hasLine(buffer)) {
        wanted = Math.min(2 * buffer.length, longestLine + 1);
        return false;
      }
      scanner ??= start();
      while (at < buffer.length) {
        if (pending === most) return true;
        const next = scanner.next(buffer, at, buffer.length, isLast);
        if (next === -2) fail(scanner.fault.at, scanner.fault.problem);
        if ((next === -1 ? buffer.length : next) - at > longestLine) refuseLong(scanner);
        if (next === -1) break;
        const isBlank =
          scanner.count === 1 && scanner.quotes[0] === 0 && scanner.starts[0] === scanner.ends[0];
        if (width === 0) {
          if (!isBlank) takeFirst(scanner);
        } else if (!isBlank || width === 1) takeRow(scanner);
        line += 1 + scanner.breaks;
        at = next;
      }
      const left = buffer.length - at;
      wanted = left === 0 ? 0 : Math.min(2 * left, longestLine + 1);
      if (isLast) checkEnd();
      return false;
    },
    take() {
      const taken = columns.map((column) => column.take());
      // What the first rows have shown holds for those that follow.
      columns = columns.map((column) => createColumn(column.type, cells));
      pending = 0;
      return { names: chosen.map(({ name }) => name), columns: taken };
    },
    get pending() {
      return pending;
    },
    get rows() {
      return rows;
    },
  };

  /** Puts what is left and what came behind it together, as soon as it is enough. */
  function join(): boolean {
    if (size === 0) return isLast || at < buffer.length;
    const left = buffer.length - at;
    if (!isLast && left + size < wanted) return false;
    const joined = new Uint8Array(left + size);
    joined.set(buffer.subarray(at));
    let end = left;
    for (const piece of pieces) {
      joined.set(piece, end);
      end += piece.length;
    }
    buffer = joined;
    at = size = 0;
    pieces = [];
    return true;
  }

  function start(): Scanner {
    const other = detectOther(buffer);
    if (other !== undefined) fail(0, `this is no text of UTF-8: ${other}`);
    if (buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) at = 3;
    const { quote, point } = settings;
    const delimiter =
      settings.delimiter ?? detectDelimiter(buffer.subarray(at), isLast, quote, point);
    return createScanner(delimiter, quote);
  }

  function takeFirst(record: Scanner): void {
    width = record.count;
    if (width > mostColumns)
      fail(
        cellStart(record, mostColumns),
        `the line has ${width} cells, expected at most ${mostColumns}; check the delimiter, or make columns rows`,
      );
    const found = settings.header ? headerCells(record) : undefined;
    const named = headerNames(settings, width, found, (index, problem) =>
      fail(found ? cellStart(record, index) : at, problem),
    );
    chosen = selectColumns(settings, named);
    columns = chosen.map(({ name }) => {
      const type = settings.types.get(name);
      return type ? createColumn(type, cells) : inferredColumn(cells);
    });
    headerLine = line;
    if (!settings.header) takeRow(record);
  }

  function headerCells(record: Scanner): string[] {
    const read = textReader(cells.decoder);
    return Array.from({ length: width }, (_, index) => {
      const [bytes, from, to] = cell(record, index);
      const name = read(bytes, from, to) ?? fail(cellStart(record, index), `expected ${utf8}`);
      return record.quotes[index] === 0 ? name.trim() : name;
    });
  }

  function takeRow(record: Scanner): void {
    const { starts, ends, quotes } = record;
    if (record.count !== width) refuseRagged(record);
    for (let i = 0; i < columns.length; i++) {
      const { index } = chosen[i]!;
      const column = columns[i]!;
      const quote = quotes[index]!;
      let expected: string | undefined;
      if (quote < 2) expected = column.push(buffer, starts[index]!, ends[index]!, quote === 1);
      else {
        const [bytes, from, to] = cell(record, index);
        expected = column.push(bytes, from, to, true);
      }
      if (expected !== undefined) takeInvalid(record, index, column, expected);
    }
    rows++;
    pending++;
  }

  function takeInvalid(record: Scanner, index: number, column: Column, expected: string): void {
    if (settings.invalid === "missing" && column.pushMissing() === undefined) return;
    const { name } = chosen.find((one) => one.index === index)!;
    const [bytes, from, to] = cell(record, index);
    const got = show(new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 400))));
    const out = expected.includes("UTF-8")
      ? utf8
      : `${expected}, got ${got}; give types: { ${JSON.stringify(name)}: ${column.type === "integer" ? '"number"' : '"string"'} }, list the text in ` +
        'missing, or make it missing with invalid: "missing"';
    fail(cellStart(record, index), `expected ${out}`, name);
  }

  /** The bytes of a cell, with one quote where the file has two. */
  function cell(record: Scanner, index: number): [Uint8Array, number, number] {
    const from = record.starts[index]!;
    const to = record.ends[index]!;
    if (record.quotes[index] !== 2) return [buffer, from, to];
    const unescaped = new Uint8Array(to - from);
    let length = 0;
    for (let i = from; i < to; i++) {
      const byte = (unescaped[length++] = buffer[i]!);
      if (byte === settings.quote) i++;
    }
    return [unescaped, 0, length];
  }

  function cellStart(record: Scanner, index: number): number {
    return record.starts[index]! - (record.quotes[index] === 0 ? 0 : 1);
  }

  function refuseRagged(record: Scanner): never {
    const { count } = record;
    const position =
      count > width
        ? cellStart(record, width)
        : record.ends[count - 1]! + Math.sign(record.quotes[count - 1]!);
    fail(
      position,
      `the row has ${count} ${count === 1 ? "cell" : "cells"}, expected ${width} as in line ${headerLine}; ` +
        "enclose cells that hold the delimiter in quotes, or give another delimiter",
    );
  }

  function refuseLong({ open }: Scanner): never {
    const limit = `${longestLine} bytes, the longest that is allowed`;
    if (open >= 0)
      fail(
        open,
        `the quote that opens here is not closed within ${limit}; close it, or raise longestLine`,
      );
    fail(
      at,
      `the line has more than ${limit}; check that this is a file of lines, or raise longestLine`,
    );
  }

  function checkEnd(): void {
    if (width === 0) fail(at, "the file is empty, expected a line with the names of columns");
    if (rows === 0)
      fail(
        at,
        "there are no rows behind the header; read with header: false if it is a row, and give the text or bytes " +
          "of a file, not its path",
      );
  }

  /** Throws an error with the line and the column of a byte in the present record. */
  function fail(offset: number, problem: string, name?: string): never {
    let atLine = line;
    let column = 1;
    for (let i = at; i < offset; i++) {
      const byte = buffer[i]!;
      if (byte === 10 || (byte === 13 && buffer[i + 1] !== 10)) {
        atLine++;
        column = 1;
      } else if ((byte & 0xc0) !== 0x80) column++;
    }
    const place = `line ${atLine}, column ${column}${name === undefined ? "" : ` (${show(name)})`}`;
    throw new CsvError(`${origin}: ${place}: ${problem}`, atLine, column);
  }
}

/** Whether there is a whole line to find the delimiter in. */
function hasLine(bytes: Uint8Array): boolean {
  return bytes.includes(10) || bytes.includes(13);
}

const utf8 = 'text of UTF-8, got other bytes; give the encoding, such as encoding: "windows-1252"';
