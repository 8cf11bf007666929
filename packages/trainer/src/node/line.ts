import { printable, widthOf } from "../summary/plain-text.ts";
import type { Style } from "./style.ts";

/** A figure with its name, or a bar, of a line that may be too narrow for all of them. */
export interface Cell {
  readonly label?: string;
  readonly value: string;
  /** Cells with low ranks stay longest when there is not enough room; default 0. */
  readonly rank?: number;
  /** For bars: how much of it is filled, from 0 to 1. Its `value` is as long as the bar. */
  readonly share?: number;
  readonly isFailure?: boolean;
}

/** A line with its colours, and how many columns it takes. */
export interface Line {
  readonly text: string;
  readonly width: number;
}

const gap = "  ";

/** As many cells as fit into `columns`, in their order. A line is one column shorter than that, so that it never wraps. */
export function layOut(cells: readonly Cell[], columns: number, style: Style): Line {
  const room = Math.max(columns - 1, 1);
  const plain = cells.map((cell) => ({ ...cell, ...plainOf(cell) }));
  const kept = new Set<Cell>();
  let width = 0;
  for (const cell of plain.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))) {
    const added = cell.width + (kept.size > 0 ? gap.length : 0);
    if (kept.size > 0 && width + added > room) continue;
    kept.add(cell);
    width += added;
  }
  const shown = plain.filter((cell) => kept.has(cell));
  // Not even the most important one fits.
  if (width > room) return cut(shown[0]!.text, room);
  return { text: shown.map((cell) => paint(cell, style)).join(gap), width };
}

/** A bar, as a cell. */
export function bar(share: number, width: number, rank: number): Cell {
  return { value: " ".repeat(width), share, rank };
}

/** A text on its own, as long as it is. */
export function plainLine(text: string): Line {
  return plainOf({ value: text });
}

function plainOf({ label, value }: Cell): Line {
  const text = printable(label ? `${label} ${value}` : value);
  return { text, width: widthOf(text) };
}

function paint({ label, value, share, isFailure }: Cell, { dim, done, failed }: Style): string {
  if (share !== undefined) {
    const full = Math.round(Math.min(Math.max(share, 0), 1) * value.length);
    return done("█".repeat(full)) + dim("░".repeat(value.length - full));
  }
  const text = printable(value);
  const painted = isFailure ? failed(text) : text;
  return label ? `${dim(printable(label))} ${painted}` : painted;
}

function cut(text: string, room: number): Line {
  let kept = "";
  let width = 0;
  for (const character of text) {
    const next = width + widthOf(character);
    if (next > room) break;
    kept += character;
    width = next;
  }
  return { text: kept, width };
}
