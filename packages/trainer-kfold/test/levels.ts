import type { FittedTransform, Plugin, Table, Transform } from "@nn/core";
import { tableOf } from "@nn/trainer-kfold";

type Level = string | number;
/** `columns`: one for each level, 1 where a row has it. `codes`: its place among the levels, in the same column. */
type Form = "columns" | "codes";

const kind = "@test/tables#levels";

/** Encodes a column by the levels that it has in training. */
export function levels(column: string, form: Form): Transform {
  return {
    kind,
    config: { column, form },
    fit: (table) =>
      fitted(
        column,
        form,
        [...new Set(Array.from(table.array(column) as ArrayLike<Level>))].sort(),
      ),
  };
}

function fitted(column: string, form: Form, known: readonly Level[]): FittedTransform {
  const names = form === "codes" ? [column] : known.map((level) => `${column}_${level}`);
  const changed = (table: Table, gone: readonly string[], made: object): Table => {
    const kept = table.columnNames().filter((name) => !gone.includes(name));
    return tableOf({
      ...Object.fromEntries(kept.map((name) => [name, table.array(name)])),
      ...made,
    });
  };
  return {
    kind: `${kind}Fitted`,
    config: { column, form, known },
    transform(table) {
      if (!table.columnNames().includes(column)) return table;
      const values = Array.from(table.array(column) as ArrayLike<Level>);
      const made = names.map((name, at) => [
        name,
        values.map((value) => (form === "codes" ? known.indexOf(value) : +(value === known[at]))),
      ]);
      return changed(table, [column], Object.fromEntries(made));
    },
    revert(table) {
      const numbers = names.map((name) => table.array(name) as ArrayLike<number>);
      const places = Array.from({ length: table.numRows() }, (_, row) => {
        const values = numbers.map((list) => list[row]!);
        return form === "codes" ? Math.round(values[0]!) : values.indexOf(Math.max(...values));
      });
      return changed(table, names, { [column]: places.map((at) => known[at] ?? null) });
    },
  };
}

/** One transform after the other. */
export function both(first: Transform, second: Transform): Transform {
  return {
    kind: "@test/tables#both",
    config: { first, second },
    fit(table) {
      const one = first.fit(table);
      return fittedBoth(one, second.fit(one.transform(table)));
    },
  };
}

function fittedBoth(first: FittedTransform, second: FittedTransform): FittedTransform {
  return {
    kind: "@test/tables#bothFitted",
    config: { first, second },
    transform: (table) => second.transform(first.transform(table)),
    revert: (table) => first.revert!(second.revert!(table)),
  };
}

/** For `decode`. */
export const plugins: readonly Plugin[] = [
  {
    kind: `${kind}Fitted`,
    contract: 1,
    create: ({ column, form, known }) =>
      fitted(column as string, form as Form, known as readonly Level[]),
  },
  {
    kind: "@test/tables#bothFitted",
    contract: 1,
    create: ({ first, second }) =>
      fittedBoth(first as unknown as FittedTransform, second as unknown as FittedTransform),
  },
];
