import { execFileSync } from "node:child_process";
import path from "node:path";
import { desc, table } from "arquero";
import { expect, it } from "vitest";
import { minMax, oneHot, pipeline } from "../src/index.ts";

it("prepares tables of arquero, as they are filtered and ordered, and gives such tables", () => {
  const all = table({ x: [0, 5, 10, 1000], kind: ["a", "b", "a", "c"] });
  const some = all.filter((row: { x: number }) => row.x < 100).orderby(desc("x"));
  const prepared = pipeline([minMax(), oneHot()]).fit(some).transform(some);
  expect(table(prepared.columns()).objects()).toEqual([
    { x: 1, kind_a: 1, kind_b: 0 },
    { x: 0.5, kind_a: 0, kind_b: 1 },
    { x: 0, kind_a: 1, kind_b: 0 },
  ]);
});

it("works where no code may be made of text", () => {
  const code = `
    import { decode, encode } from "@nn/core";
    import { log10, minMax, oneHot, pipeline, plugins } from "@nn/preprocess";
    const table = { numRows: () => 2, columnNames: () => ["x"], array: () => [1, 100] };
    const fitted = pipeline([log10("x"), minMax()]).fit(table);
    console.log(decode(encode(fitted), plugins).revert(fitted.transform(table)).array("x").join());
  `;
  const out = execFileSync(
    process.execPath,
    [
      "--disallow-code-generation-from-strings",
      "--import=tsx",
      "--conditions=@nn/source",
      "--input-type=module",
      "--eval",
      code,
    ],
    { cwd: path.resolve(import.meta.dirname, ".."), encoding: "utf8" },
  );
  expect(out.trim()).toBe("1,100");
});
