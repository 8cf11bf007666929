import { check, type Json } from "@nn/core";

/** More than anybody nests by hand, and less than engines bear. */
const mostNesting = 500;

/**
 * A copy of plain data, as it is going to arrive: properties that are undefined are left out, and numbers that JSON
 * lacks, such as NaN, are kept. What is no plain data is refused; `path` says where it stands.
 */
export function plain(value: unknown, path: string, depth = 0): Json {
  if (value === null || ["boolean", "string", "number"].includes(typeof value))
    return value as Json;
  check(
    isPlainObject(value) || Array.isArray(value),
    () =>
      `workers: ${path} is ${nameOf(value)}, which is no plain data; ` +
      "between jobs travel null, booleans, numbers, strings, arrays and objects of these, and tensors apart from them",
  );
  check(
    depth < mostNesting,
    () => `workers: ${path.slice(0, 80)}… is nested too deep, or holds itself`,
  );
  if (Array.isArray(value))
    return Array.from(value, (child, i) => plain(child, `${path}[${i}]`, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .map(([name, child]) => [name, plain(child, `${path}.${name}`, depth + 1)]),
  );
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of other realms, such as the sandboxes of test runners, have another `Object.prototype`.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: unknown): string {
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return name === "Object" ? "an object of a class" : `a ${name}`;
}
