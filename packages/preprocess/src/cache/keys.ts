import { encode, type Json } from "@nn/core";
import { type Column, isDate } from "../frame/column.ts";
import type { Frame } from "../frame/frame.ts";
import type { Step } from "../step.ts";
import { type Hash, hash } from "./hash.ts";

/** A key for the content of a frame that no step has seen yet. None where values are neither simple nor dates. */
export function frameKey(frame: Frame): string | undefined {
  const content = hash();
  content.text(JSON.stringify([frame.rows, ...frame.lacking.keys()]));
  for (const [name, column] of frame.columns) {
    content.text(name);
    if (column instanceof Float64Array) addNumbers(content, column);
    else if (!addList(content, column)) return undefined;
  }
  return content.digest();
}

/** A key for what comes of a content when something is done to it. */
export function keyAfter(key: string, what: string): string {
  const content = hash();
  content.text(key);
  content.text(what);
  return content.digest();
}

/** What a step does, as a text, and what it remembers if that is given. None for steps of functions. */
export function stepText(step: Step, state?: Json): string | undefined {
  try {
    return JSON.stringify(state === undefined ? [encode(step)] : [encode(step), state]);
  } catch {
    return undefined;
  }
}

function addNumbers(content: Hash, numbers: Float64Array): void {
  content.words(Int32Array.of(-1, numbers.length));
  content.words(new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2));
}

/** So many words are gathered before they are hashed. */
const enough = 16_384;

function addList(content: Hash, column: Column): boolean {
  const texts: string[] = [];
  let length = 0;
  const flush = (): void => {
    content.text(texts.join(""));
    texts.length = 0;
    length = 0;
  };
  content.words(Int32Array.of(-2, column.length));
  for (let row = 0; row < column.length; row++) {
    const text = valueText(column[row]);
    if (text === undefined) return false;
    texts.push(text);
    length += text.length;
    if (length > enough) flush();
  }
  flush();
  return true;
}

/** A text that no other value has, and that cannot be taken for the beginning of another one. */
function valueText(value: unknown): string | undefined {
  if (typeof value === "string") return `${value.length}"${value}`;
  if (value === null || ["number", "boolean", "bigint", "undefined"].includes(typeof value))
    return `${typeof value} ${Object.is(value, -0) ? "-0" : String(value)};`;
  return isDate(value) ? `date ${value.getTime()};` : undefined;
}
