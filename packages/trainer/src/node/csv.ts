/** A line of comma-separated values, as in RFC 4180, with its line break. */
export function csvLine(values: readonly (string | number)[]): string {
  const fields = values.map((value) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${fields.join(",")}\n`;
}

/** A record of a file of comma-separated values, and where in the text it ends. */
export interface CsvRecord {
  readonly values: readonly string[];
  readonly end: number;
}

/** The records of a text, without one that has no line break at its end. */
export function csvRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let values: string[] = [];
  // A field that is quoted, or one that is not, and what comes behind it.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/y;
  for (let match: RegExpExecArray | null; (match = field.exec(text));) {
    const [, quoted, plain = "", behind] = match;
    values.push(quoted?.replaceAll('""', '"') ?? plain);
    if (behind === ",") continue;
    records.push({ values, end: field.lastIndex });
    values = [];
  }
  return records;
}
