import { check, type Json } from "@nn/core";
import { ExperimentError } from "../error.ts";
import { shown } from "../read/shown.ts";
import { placeOf } from "./locate.ts";
import { scanJson } from "./scan.ts";

/**
 * The JSON of a text. What is no JSON is refused with its line and column, and so is a name that an object has twice,
 * of which `JSON.parse` keeps the last.
 *
 * ```ts
 * parseExperiment('{ "epochs": 5, }'); // line 1, column 16: there is a comma before '}', and nothing behind it
 * ```
 */
export function parseExperiment(text: string): Json {
  check(
    typeof text === "string",
    () =>
      `parseExperiment: expected the text of a file, as of readFile(file, "utf8"), got ${shown(text)}`,
  );
  const fault = scanJson(text);
  if (fault) {
    const { line, column } = placeOf(text, fault.offset);
    const message = `line ${line}, column ${column}: ${fault.message}`;
    throw new ExperimentError([{ path: "", message }]);
  }
  return JSON.parse(text.replace(/^\uFEFF/, "")) as Json;
}
