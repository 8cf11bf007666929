import { check, type Json } from "@nn/core";
import { mostNesting } from "./limits.ts";
import { checkName, isUnicode, show } from "./names.ts";

/**
 * The text of a value. A string stands for itself unless it could be read as the JSON of something; everything else is
 * written as JSON. So `{ format: "pt" }` says the same to other programs, and every text of theirs is kept to the byte.
 */
export function encodeValue(value: Json, name: string): string {
  checkJson(value, `metadata ${show(name)}`, 0);
  const isItself =
    typeof value === "string" && isUnicode(value) && parseCanonical(value) === undefined;
  return isItself ? value : JSON.stringify(value);
}

/** The value of a text: that of its JSON where it is written as `JSON.stringify` would, or else the text itself. */
export function decodeValue(text: string, name: string): Json {
  const value = parseCanonical(text);
  if (value === undefined) return text;
  checkJson(value, `metadata ${show(name)}`, 0);
  return value;
}

function parseCanonical(text: string): Json | undefined {
  if (isNestedTooDeep(text)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Looks before parsing, which would take many times the memory of the text. */
function isNestedTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "[" || sign === "{") depth++;
    else if (sign === "]" || sign === "}") depth--;
    else if (sign === '"')
      while (++at < text.length && text[at] !== '"') if (text[at] === "\\") at++;
    if (depth > mostNesting) return true;
  }
  return false;
}

function checkJson(value: unknown, path: string, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(Object(value));
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  check(
    typeof value === "object"
      ? value === null || Array.isArray(value) || isPlain
      : typeof value === "string" || typeof value === "boolean" || Number.isFinite(value),
    () =>
      `safetensors: ${path} is ${nameOf(value)}, which JSON cannot hold; ` +
      "expected null, booleans, finite numbers, strings, and arrays and objects of these",
  );
  if (typeof value !== "object" || value === null) return;
  check(
    depth < mostNesting,
    () =>
      `safetensors: ${path.slice(0, 80)}… is nested deeper than ${mostNesting} levels, or holds itself`,
  );
  if (Array.isArray(value))
    for (const [i, child] of value.entries()) checkJson(child, `${path}[${i}]`, depth + 1);
  else
    for (const [name, child] of Object.entries(value)) {
      checkName(name);
      if (child !== undefined) checkJson(child, `${path}.${name}`, depth + 1);
    }
}

/** What something is, for a message. */
export function nameOf(value: unknown): string {
  if (value == null || typeof value === "number") return String(value);
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return name === "Object"
    ? "an object of a class"
    : `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}
