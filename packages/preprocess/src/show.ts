/** A value as messages show it. */
export function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  try {
    const text = JSON.stringify(value) ?? typeof value;
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  } catch {
    return typeof value;
  }
}

/** Names in a row, as messages list them. */
export function list(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, 40).join(", ");
  return all.length > 40 ? `${shown}, … (${all.length})` : shown || "none";
}
