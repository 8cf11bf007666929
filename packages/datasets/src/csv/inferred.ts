import { type Cells, type Column, parseWord, type StringColumn, stringColumn } from "./column.ts";
import { growing } from "./grow.ts";
import type { ColumnType } from "./options.ts";
import { asciiText } from "./text.ts";

/**
 * A column whose type follows from its cells: numbers until one is none, then strings, all of them as they stand in the
 * file. Texts that numbers do not give back, such as `1.50`, are kept beside them meanwhile.
 */
export function inferredColumn(cells: Cells): Column {
  const { numbers, missing, hasMissingNumbers } = cells;
  let type: ColumnType = "number";
  const values = growing((length) => new Float64Array(length));
  /** Made when it is needed, as well as what is kept: files may have many columns. */
  let strings: StringColumn | undefined;
  let kept: KeptTexts | undefined;
  let isEmpty = true;

  function push(bytes: Uint8Array, start: number, end: number, isQuoted: boolean) {
    if (type === "string") return strings!.push(bytes, start, end, isQuoted);
    let value = NaN;
    let isPlain = true;
    let isMissing = false;
    if (type === "number") {
      value = numbers.parse(bytes, start, end);
      if (value === value) {
        isPlain = numbers.isCanonical;
        if (numbers.isCode) value = NaN;
      }
    }
    if (value !== value || hasMissingNumbers) {
      isMissing = missing.isTrimmed(bytes, start, end);
      if (isMissing) {
        value = NaN;
        isPlain = !isQuoted && missing.is(bytes, start, end);
      } else if (value !== value && end - start <= 5 && (isEmpty || type === "boolean")) {
        const text = asciiText(bytes, start, end);
        const word = parseWord(text);
        if (word !== undefined) {
          type = "boolean";
          value = Number(word);
          isPlain = text === String(word);
        }
      }
    }
    if (value !== value && !isMissing) {
      // What cannot be read leaves the column as it is, so that it may be taken for missing.
      const column = stringColumn(cells);
      const problem = column.push(bytes, start, end, isQuoted);
      if (problem !== undefined) return problem;
      const [last] = column.take() as (string | null)[];
      becomeStrings((strings = column));
      if (last === null) column.pushMissing();
      else column.pushText(last!);
      return undefined;
    }
    if (!isMissing) isEmpty = false;
    if (!isPlain) (kept ??= keptTexts()).push(values.length, bytes, start, end, isQuoted);
    values.push(value);
    return undefined;
  }

  function becomeStrings(column: StringColumn): void {
    const at = kept?.rows();
    let next = 0;
    for (const [row, value] of values.take().entries()) {
      if (at?.[next] === row) kept!.give(next++, column);
      else if (value !== value) column.pushMissing();
      else column.pushText(type === "boolean" ? String(value === 1) : String(value));
    }
    kept = undefined;
    type = "string";
  }

  return {
    get type() {
      return type;
    },
    push,
    pushMissing() {
      if (type === "string") return strings!.pushMissing();
      values.push(NaN);
      return undefined;
    },
    take() {
      if (type === "string") return strings!.take();
      kept = undefined;
      const all = values.take();
      if (type === "number") return all;
      return Array.from(all, (value) => (value !== value ? null : value === 1));
    },
  };
}

interface KeptTexts {
  push(row: number, bytes: Uint8Array, start: number, end: number, isQuoted: boolean): void;
  rows(): Float64Array;
  /** Gives the text of an index to a column. */
  give(index: number, column: Column): void;
}

/** Texts of few rows, as bytes one behind the other. */
function keptTexts(): KeptTexts {
  const rowOf = growing((length) => new Float64Array(length));
  const endOf = growing((length) => new Float64Array(length));
  let ends: Float64Array | undefined;
  const quoted = new Set<number>();
  let bytes = new Uint8Array(0);
  let used = 0;
  return {
    push(row, from, start, end, isQuoted) {
      const length = end - start;
      if (used + length > bytes.length) {
        const larger = new Uint8Array(Math.max(64, 2 * bytes.length, used + length));
        larger.set(bytes);
        bytes = larger;
      }
      for (let at = start; at < end; at++) bytes[used++] = from[at]!;
      if (isQuoted) quoted.add(endOf.length);
      rowOf.push(row);
      endOf.push(used);
    },
    rows: () => rowOf.take(),
    give(index, column) {
      ends ??= endOf.take();
      const isQuoted = quoted.has(index);
      column.push(bytes, index === 0 ? 0 : ends[index - 1]!, ends[index]!, isQuoted);
    },
  };
}
