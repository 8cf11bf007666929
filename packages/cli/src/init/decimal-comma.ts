import type { Table } from "@nn/core";

const number = /^[-+]?\d+(,\d+)?$/;

/** Whether numbers in a table of separated values seem to be written with a comma, as in `1,5`. */
export function hasDecimalComma(table: Table): boolean {
  return table.columnNames().some((name) => {
    const present = Array.from(table.array(name)).filter((value) => value !== null);
    const isNumbers = present.every((value) => typeof value === "string" && number.test(value));
    return isNumbers && present.some((value) => (value as string).includes(","));
  });
}
