import type { Json } from "@nn/core";

/**
 * The JSON of a text. What is no JSON is refused with its line and column, and so is a name that an object has twice,
 * of which `JSON.parse` keeps the last.
 */
export function parseExperiment(text: string): Json {
  return JSON.parse(text) as Json;
}
