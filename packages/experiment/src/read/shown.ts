const longest = 60;

/** A value as errors show it: its JSON, cut where that is long. */
export function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    const names = Array.isArray(value) ? undefined : Object.keys(value);
    if (!names) return `a list of ${(value as unknown[]).length}`;
    return names.length === 0 ? "{}" : `{ ${short(names.join(", "))} }`;
  }
  return short(typeof value === "string" ? JSON.stringify(value) : String(value));
}

/** A name as errors show it. */
export function quoted(name: string): string {
  return `'${short(name)}'`;
}

function short(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
