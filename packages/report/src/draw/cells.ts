import type { RenderFunction } from "@observablehq/plot";

/** A part of a plot's area, in fractions of it from the lower left corner. */
export interface Cell {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  /** The number of its colour. */
  readonly level: number;
}

/** How cells of a level look. */
export interface CellStyle {
  readonly fill: string;
  readonly opacity?: number;
}

/**
 * A mark of many cells. All of a level are one path, so that thousands of them take a few bytes each; neighbours of the
 * same level in the order given become one.
 */
export function cells(given: readonly Cell[], styles: readonly CellStyle[]): RenderFunction {
  return (_index, _scales, _values, dimensions, { document }) => {
    const { width, height, marginLeft, marginRight, marginTop, marginBottom } = dimensions;
    const across = (x: number): string =>
      round(marginLeft + x * (width - marginLeft - marginRight));
    const up = (y: number): string =>
      round(height - marginBottom - y * (height - marginTop - marginBottom));
    const create = (name: string): SVGElement =>
      document.createElementNS("http://www.w3.org/2000/svg", name) as SVGElement;
    const group = create("g");
    group.setAttribute("aria-label", "cells");
    group.setAttribute("shape-rendering", "crispEdges");
    const paths = styles.map((): string[] => []);
    for (const { x1, x2, y1, y2, level } of joined(given))
      paths[level]?.push(`M${across(x1)} ${up(y1)}H${across(x2)}V${up(y2)}H${across(x1)}z`);
    for (const [level, { fill, opacity }] of styles.entries()) {
      if (paths[level]!.length === 0) continue;
      const path = create("path");
      path.setAttribute("fill", fill);
      if (opacity !== undefined) path.setAttribute("fill-opacity", String(opacity));
      path.setAttribute("d", paths[level]!.join(""));
      group.append(path);
    }
    return group;
  };
}

/** With neighbours of the same level in a row as one. */
function joined(given: readonly Cell[]): Cell[] {
  const found: Cell[] = [];
  for (const cell of given) {
    const last = found.at(-1);
    const isNext =
      last?.level === cell.level &&
      last.y1 === cell.y1 &&
      last.y2 === cell.y2 &&
      last.x2 === cell.x1;
    if (isNext) found[found.length - 1] = { ...last, x2: cell.x2 };
    else found.push(cell);
  }
  return found;
}

function round(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
