import { byteSize } from "@nn/core";
import type { Epilogue, Place, Stage, Target } from "../stage.ts";
import { dotStage } from "./dots.ts";
import { flipEpilogue, flipProduct } from "./flip.ts";
import { packStage } from "./packing.ts";
import { dividePanels, storedColumns } from "./panels.ts";
import type { Product } from "./product.ts";
import { isSymmetric, symmetricStages } from "./symmetric.ts";
import { tileStage } from "./tiles.ts";

/**
 * Stages that compute a product and hand each element to the epilogue once. Where the second operand does not lie well
 * for it, the first stage copies it into panels. `scratch` is asked for memory, in bytes.
 */
export function planProduct(
  product: Product,
  target: Target,
  epilogue: Epilogue,
  scratch: (bytes: number) => Place,
  name: string,
): readonly Stage[] {
  const { dtype, rows, columns, inner, batch } = product;
  if (batch.reduce((total, { length }) => total * length, rows * columns) === 0) return [];
  if (columns === 1 && rows !== 1)
    return planProduct(
      flipProduct(product),
      target,
      flipEpilogue(product, epilogue),
      scratch,
      name,
    );
  if (isSymmetric(product))
    return symmetricStages(product, target, epilogue, scratch, name, (block, store, own) =>
      planProduct(block, target, store, own, name),
    );
  if (isDotted(product)) return [dotStage(product, target, epilogue, name)];
  const panels = dividePanels(dtype, columns, target.wide || rows <= 2 ? 4 : 2);
  if (!isPacked(product))
    return [tileStage(product, panels, false, target, epilogue, scratch, name)];
  const bytes = storedColumns(panels) * inner * byteSize(dtype);
  const copies = batch.reduce((total, { length, b }) => total * (b === 0 ? 1 : length), 1);
  const place = scratch(copies * bytes);
  let stride = copies * bytes;
  const packed: Product = {
    ...product,
    b: { place, rowStride: 0, columnStride: 1 },
    batch: batch.map(({ length, a, b }) => {
      if (b !== 0) stride /= length;
      return { length, a, b: b === 0 ? 0 : stride / byteSize(dtype) };
    }),
  };
  return [
    packStage(product, packed, panels, name),
    tileStage(packed, panels, true, target, epilogue, scratch, name),
  ];
}

/** Whether dot products are best: few rows, and both operands lie along the inner axis. */
function isDotted({ rows, columns, a, b }: Product): boolean {
  return (
    rows < 4 && a.columnStride === 1 && b.rowStride === 1 && (b.columnStride !== 1 || columns === 1)
  );
}

/**
 * Whether the second operand is copied into panels: where its columns do not follow each other, and where a panel would
 * not stay in the first cache although it is used often. That has 64 sets of 8 lines of 64 bytes; rows that are a power
 * of two apart share few of them.
 */
function isPacked({ dtype, rows, columns, inner, b }: Product): boolean {
  if (b.columnStride !== 1 && columns !== 1) return true;
  if (rows < 16) return false;
  const bytes = b.rowStride * byteSize(dtype);
  let sets = 64;
  for (let apart = 128; apart <= 4096 && bytes % apart === 0; apart *= 2) sets /= 2;
  return inner > 4 * sets;
}
