import type { ProgressStream } from "../src/node.ts";

/** A terminal that understands what a display of progress needs, as xterm does. */
export interface FakeTerminal extends ProgressStream {
  columns: number;
  rows: number;
  /** Everything that was written. */
  readonly text: string;
  /** What is on it, without spaces at the ends of lines and empty lines at the end. */
  lines(): string[];
  /** How often a line went on below itself because it was too long. */
  readonly wraps: number;
  /** Changes its width; lines that are too long then are broken in two. */
  resize(columns: number): void;
}

const escape = "\u001B";

/** A terminal without anything on it. */
export function fakeTerminal(columns: number, rows = 24): FakeTerminal {
  let screen: string[][] = [[]];
  let row = 0;
  let column = 0;
  let text = "";
  let wraps = 0;
  const put = (character: string): void => {
    if (column >= terminal.columns) {
      wraps++;
      row++;
      column = 0;
    }
    (screen[row] ??= [])[column++] = character;
  };
  const terminal: FakeTerminal = {
    isTTY: true,
    columns,
    rows,
    get text() {
      return text;
    },
    get wraps() {
      return wraps;
    },
    write(part) {
      text += part;
      const pattern = new RegExp(`${escape}\\[(\\d*)([A-Za-z])|[^]`, "gu");
      for (const [all, count, command] of part.matchAll(pattern)) {
        if (command === "A") row = Math.max(row - Number(count || 1), 0);
        else if (command === "K") screen[row]?.splice(column);
        else if (command === "J") {
          screen[row]?.splice(column);
          screen.splice(row + 1);
        } else if (command === "m") continue;
        else if (command) throw new Error(`what does ${JSON.stringify(all)} mean?`);
        else if (all === "\r") column = 0;
        else if (all === "\n") {
          row++;
          column = 0;
          screen[row] ??= [];
        } else put(all);
      }
    },
    lines() {
      const lines = screen.map((line) =>
        Array.from(line, (c) => c ?? " ")
          .join("")
          .trimEnd(),
      );
      while (lines.at(-1) === "") lines.pop();
      return lines;
    },
    resize(next) {
      terminal.columns = next;
      const before = screen;
      screen = [];
      before.forEach((line, i) => {
        const parts = Math.max(Math.ceil(line.length / next), 1);
        for (let part = 0; part < parts; part++)
          screen.push(line.slice(part * next, (part + 1) * next));
        if (i === row) {
          row = screen.length - 1;
          column = screen.at(-1)!.length;
        }
      });
    },
  };
  return terminal;
}
