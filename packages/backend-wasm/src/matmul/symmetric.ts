import { byteSize } from "@nn/core";
import type { Code, Int, Local } from "../assembler/index.ts";
import { baseOf, type Epilogue, type Place, type Stage, type Target } from "../stage.ts";
import { loadLanes, numbers, storeLanes } from "../vectors.ts";
import { takeLanes } from "./lanes.ts";
import { costOf, type Matrix, type Product } from "./product.ts";

/** Rows of a block: with the columns from its own first row on, each is one product. */
const blockRows = 96;

/** Whether a product is that of a matrix and its own transpose, and large enough that half of it is worth leaving out. */
export function isSymmetric({ rows, columns, inner, a, b, batch }: Product): boolean {
  return (
    batch.length === 0 &&
    rows === columns &&
    rows >= 2 * blockRows &&
    inner >= 32 &&
    a.place.slot === b.place.slot &&
    a.place.offset === b.place.offset &&
    a.rowStride === b.columnStride &&
    a.columnStride === b.rowStride
  );
}

type Scratch = (bytes: number) => Place;

/** Plans a product without batch into the place that the epilogue stores to. */
type PlanBlock = (product: Product, epilogue: Epilogue, scratch: Scratch) => readonly Stage[];

/**
 * Stages that compute a symmetric product from the diagonal on, block of rows by block of rows, into scratch memory, and
 * one that hands it to the epilogue, its lower half read across.
 */
export function symmetricStages(
  product: Product,
  target: Target,
  epilogue: Epilogue,
  scratch: Scratch,
  name: string,
  planBlock: PlanBlock,
): readonly Stage[] {
  const { dtype, rows } = product;
  const size = byteSize(dtype);
  const half = scratch(rows * rows * size);
  const stages: Stage[] = [];
  const blockScratch = sharedScratch(scratch);
  for (let first = 0; first < rows; first += blockRows) {
    const along = ({ place, ...strides }: Matrix, stride: number): Matrix => ({
      ...strides,
      place: { ...place, offset: place.offset + first * stride * size },
    });
    const block: Product = {
      ...product,
      rows: Math.min(blockRows, rows - first),
      columns: rows - first,
      a: along(product.a, product.a.rowStride),
      b: along(product.b, product.b.columnStride),
    };
    const place = { ...half, offset: half.offset + first * (rows + 1) * size };
    stages.push(...planBlock(block, storeTo(place, dtype, rows), blockScratch()));
  }
  stages.push({
    name: `${name} (mirror)`,
    units: rows,
    cost: costOf(dtype, 4 * rows * rows, target),
    emit(code, frame, from, to) {
      const base = baseOf(code, frame, half);
      code.repeat(from, to, 1, (row) => mirrorRow(code, frame, product, epilogue, half, base, row));
    },
  });
  return stages;
}

/** Gives the scratch memory of one user after the other, where all but the first use what those before them had. */
function sharedScratch(scratch: Scratch): () => Scratch {
  const all: { readonly bytes: number; readonly place: Place }[] = [];
  return () => {
    const free = [...all];
    return (bytes) => {
      const at = free.findIndex((block) => block.bytes >= bytes);
      if (at >= 0) return free.splice(at, 1)[0]!.place;
      const place = scratch(bytes);
      all.push({ bytes, place });
      return place;
    };
  };
}

/** Hands one row to the epilogue: first what lies below the diagonal's blocks, then the rest as it is. */
function mirrorRow(
  code: Code,
  frame: Local,
  { dtype, rows }: Product,
  epilogue: Epilogue,
  { offset }: Place,
  base: Local,
  row: Int,
): void {
  const size = byteSize(dtype);
  const lanes = numbers[dtype].lanes;
  const blockStart = code
    .int(row)
    .int(row)
    .i32(blockRows)
    .op("i32.rem_u")
    .op("i32.sub")
    .take("i32");
  const across = code.address(base, row, size).take("i32");
  const along = code.address(base, row, rows * size).take("i32");
  const give = (column: Int, count: number): void => {
    const value = code.take("v128");
    takeLanes(
      code,
      dtype,
      epilogue.begin(code, frame, { batch: 0, row, column }),
      0,
      0,
      count,
      value,
    );
  };
  code.repeat(0, blockStart, lanes, (column) => {
    const address = code.address(across, column, rows * size).take("i32");
    code.v128(new Int32Array(4));
    for (let lane = 0; lane < lanes; lane++) {
      const vector = code.take("v128");
      const at = offset + lane * rows * size;
      code.get(address).get(vector);
      code.at(`v128.load${numbers[dtype].bits}_lane`, at, lane);
    }
    give(column, lanes);
  });
  const rest = rows % lanes;
  code.repeat(blockStart, rows - rest, lanes, (column) => {
    loadLanes(code, dtype, code.address(along, column, size).take("i32"), offset, lanes);
    give(column, lanes);
  });
  if (rest === 0) return;
  loadLanes(code, dtype, along, offset + (rows - rest) * size, rest);
  give(rows - rest, rest);
}

/** An epilogue that stores elements as they are, rows `width` elements apart. */
function storeTo(place: Place, dtype: Product["dtype"], width: number): Epilogue {
  const size = byteSize(dtype);
  return {
    begin(code, frame, { row, column }) {
      const start = code.address(baseOf(code, frame, place), row, width * size).take("i32");
      const base = code.address(start, column, size).take("i32");
      return {
        take(r, c, lanes, value) {
          const offset = place.offset + (r * width + c) * size;
          storeLanes(code, dtype, base, offset, lanes, value);
        },
      };
    },
  };
}
