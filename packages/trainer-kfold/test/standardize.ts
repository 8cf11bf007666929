import type { FittedTransform, Plugin, Table, Transform } from "@nn/core";
import { tableOf } from "@nn/trainer-kfold";

const kind = "@test/tables#standardize";

/** Scales columns to mean 0 and standard deviation 1. `seen` is told what it is fitted on. */
export function standardize(names: readonly string[], seen?: (table: Table) => void): Transform {
  return {
    kind,
    config: { names },
    fit(table) {
      seen?.(table);
      const moments = names.map((name) => {
        const values = Array.from(table.array(name) as ArrayLike<number>);
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        return [name, mean, Math.sqrt(squares / values.length)] as const;
      });
      return fitted(moments);
    },
  };
}

function fitted(moments: readonly (readonly [string, number, number])[]): FittedTransform {
  const change = (
    table: Table,
    fn: (value: number, mean: number, deviation: number) => number,
  ): Table => {
    const columns = table.columnNames().map((name) => {
      const found = moments.find(([own]) => own === name);
      const values = Array.from(table.array(name));
      return [
        name,
        found ? values.map((x) => fn(x as number, found[1], found[2])) : values,
      ] as const;
    });
    return tableOf(Object.fromEntries(columns));
  };
  return {
    kind: `${kind}Fitted`,
    config: { moments },
    transform: (table) => change(table, (x, mean, deviation) => (x - mean) / deviation),
    revert: (table) => change(table, (x, mean, deviation) => x * deviation + mean),
  };
}

/** For `decode`. */
export const plugins: readonly Plugin[] = [
  {
    kind: `${kind}Fitted`,
    contract: 1,
    create: ({ moments }) => fitted(moments as unknown as Parameters<typeof fitted>[0]),
  },
];
