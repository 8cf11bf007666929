import type { Line } from "./line.ts";
import type { ProgressStream } from "./style.ts";

/** The last lines of a terminal, which are drawn over and over. */
export interface Screen {
  /** Columns now: terminals are resized. */
  readonly columns: number;
  /** Lines that can be kept up to date. */
  readonly rows: number;
  /** Draws these lines in place of the last ones; those `above` stay there for good. */
  draw(lines: readonly Line[], above?: readonly Line[]): void;
}

/**
 * Draws on a terminal. The cursor stays visible, behind the last line, and everything is written at once, so that a
 * process that is killed leaves a terminal in order.
 */
export function newScreen(stream: ProgressStream): Screen {
  let drawn: readonly Line[] = [];
  const screen: Screen = {
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return Math.max((stream.rows || 24) - 1, 1);
    },
    draw(lines, above = []) {
      // A terminal that became narrower has broken lines in two.
      const { columns } = screen;
      const rows = drawn.reduce(
        (sum, { width }) => sum + Math.max(Math.ceil(width / columns), 1),
        0,
      );
      const clear = "\u001B[K";
      let text = drawn.length > 0 ? "\r" : "";
      if (rows > 1) text += `\u001B[${rows - 1}A`;
      text += above.map((line) => `${line.text}${clear}\n`).join("");
      text += lines.map((line) => `${line.text}${clear}`).join("\n");
      if (drawn.length > 0) text += "\u001B[J";
      if (text !== "") stream.write(text);
      drawn = lines;
    },
  };
  return screen;
}
