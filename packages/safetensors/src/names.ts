import { check } from "@nn/core";

/** The key of what belongs to no tensor. */
export const metadataKey = "__metadata__";

/** Refuses a name that would become the prototype of objects. */
export function checkName(name: string): void {
  check(
    name !== "__proto__",
    () => "safetensors: '__proto__' is no name for a tensor or value; expected another one",
  );
}

/** Whether a text is one of Unicode: no half of a surrogate pair stands alone. */
export function isUnicode(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** A name for a message: names of files may be as long as these, and hold what terminals obey. */
export function show(name: string): string {
  const text = JSON.stringify(name.slice(0, 80)).slice(1, -1);
  return name.length > 80 ? `'${text}…'` : `'${text}'`;
}
