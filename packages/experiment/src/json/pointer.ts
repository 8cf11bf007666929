/** A place in JSON: names and numbers from the outside in. */
export type Path = readonly (string | number)[];

/** A place as a JSON pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path
    .map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** The names in a JSON pointer. */
export function namesIn(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}
