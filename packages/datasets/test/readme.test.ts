import path from "node:path";
import { expect, it } from "vitest";
import { runReadme } from "../../../tools/readme.ts";

it("shows an example that runs and prints what it says", async () => {
  const [output] = await runReadme(path.resolve(import.meta.dirname, ".."));
  expect(output!.split("\n")).toEqual([
    "Float64Array(2) [ 1225000, NaN ]",
    "id,city",
    '007,"Bellevue, WA"',
    "008,Seattle",
    "",
    "readCsv: line 3, column 8 ('rooms'): expected a number, got 'two'; give types: { \"rooms\": \"string\" }, " +
      'list the text in missing, or make it missing with invalid: "missing"',
  ]);
});
