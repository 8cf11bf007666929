/** Where progress is written: the process's standard error has all of this. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  /** Characters in a line, and lines on the screen, of a terminal; looked up whenever something is drawn. */
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Puts text into a colour, where there are colours. */
type Paint = (text: string) => string;

/** The colours of a display. */
export interface Style {
  /** For what explains the figures. */
  readonly dim: Paint;
  readonly done: Paint;
  readonly failed: Paint;
}

/** Whether lines can be kept up to date in place. */
export function isTerminal(stream: ProgressStream): boolean {
  return stream.isTTY === true && process.env["TERM"] !== "dumb";
}

/**
 * Colours on a terminal only. As in Node itself, `FORCE_COLOR` decides where it is set (`0` and `false` mean no), and
 * `NO_COLOR` with any text turns them off.
 */
export function styleFor(stream: ProgressStream): Style {
  const { FORCE_COLOR: forced, NO_COLOR: refused } = process.env;
  const isColoured =
    forced === undefined ? !refused && isTerminal(stream) : forced !== "0" && forced !== "false";
  const paint =
    (open: number, close: number): Paint =>
    (text) =>
      isColoured && text !== "" ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return { dim: paint(2, 22), done: paint(32, 39), failed: paint(31, 39) };
}
