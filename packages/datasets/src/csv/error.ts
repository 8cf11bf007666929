/**
 * A file of separated values says something that cannot be read. `line` and `column` count from 1, in characters, as
 * editors do; the message has them too.
 */
export class CsvError extends Error {
  override name = "CsvError";
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}
