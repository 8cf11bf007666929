import type { SentError } from "./protocol.ts";

/** The error that a job threw, with its own name, message, stack, cause and plain properties. */
export function revive({ name, message, stack, cause, properties }: SentError): Error {
  const error = new Error(message, cause && { cause: revive(cause) });
  const values = { ...(stack !== undefined && { stack }), ...properties };
  if (name !== "Error") define(error, "name", name);
  for (const [key, value] of Object.entries(values)) define(error, key, value);
  return error;
}

/** Assignment would call what `__proto__` stands for. */
function define(error: Error, key: string, value: unknown): void {
  const isHidden = key === "stack" || key === "name";
  const rest = { writable: true, configurable: true, enumerable: !isHidden };
  Object.defineProperty(error, key, { value, ...rest });
}

/** What was thrown, as a text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "something that cannot be read";
  }
}
