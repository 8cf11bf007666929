import { byteSize } from "@nn/core";
import type { Local, ModuleBuilder } from "../assembler/index.ts";
import { baseOf, type Epilogue, type Place, type Target } from "../stage.ts";
import { cursorAt, type Cursor } from "./cursor.ts";
import { Evaluator, readLeaf, type Expression } from "./expression.ts";
import { store } from "./lanes.ts";
import type { StoredValue } from "./loop.ts";
import { matrixStrides, rowMajor } from "./view.ts";

/** An expression over the elements of a product, which are its first leaf. */
export interface ProductLoop {
  readonly shape: readonly number[];
  /** The first axis that counts rows; those before it make the batch, and the last one is columns. */
  readonly firstRowAxis: number;
  readonly expression: Expression;
  readonly stores: readonly StoredValue[];
}

/** What is done with the elements of a product where they are computed. */
export function epilogueOf(
  module: ModuleBuilder,
  target: Target,
  { shape, firstRowAxis, expression, stores }: ProductLoop,
): Epilogue {
  const own = matrixStrides(shape, rowMajor(shape), firstRowAxis)!;
  const [, ...leaves] = expression.leaves;
  const streams = [
    ...leaves.map(({ place, dtype, offset, strides }) => {
      const size = place ? byteSize(dtype) : 1;
      const by = matrixStrides(shape, strides, firstRowAxis)!.map((stride) => stride * size);
      return { place, offset: offset * size, by };
    }),
    ...stores.map(({ place, dtype }) => ({
      place,
      offset: 0,
      by: own.map((stride) => stride * byteSize(dtype)),
    })),
  ];
  return {
    begin(code, frame, { batch, row, column }) {
      const evaluator = new Evaluator(module, target, code, expression);
      const bases = new Map<number, Local>();
      const baseAt = (place: Place | undefined): Local => {
        const slot = place?.slot ?? -1;
        let base = bases.get(slot);
        if (!base) bases.set(slot, (base = place ? baseOf(code, frame, place) : code.local("i32")));
        return base;
      };
      const cursors = streams.map(({ place, offset, by }): Cursor => {
        return cursorAt(
          code,
          baseAt(place),
          (place?.offset ?? 0) + offset,
          [batch, row, column],
          by,
        );
      });
      return {
        take(r, c, lanes, value) {
          const at = cursors.map(({ base, offset }, i): Cursor => ({
            base,
            offset: offset + r * streams[i]!.by[1]! + c * streams[i]!.by[2]!,
          }));
          const valueOf = evaluator.evaluate((i) => {
            if (i === 0) return value;
            return readLeaf(code, leaves[i - 1]!, at[i - 1]!, streams[i - 1]!.by[2]!, lanes);
          });
          // All is read before anything is stored, perhaps in its place.
          const values = stores.map(({ value: reference }) => valueOf(reference));
          stores.forEach(({ dtype }, i) => {
            const { base, offset } = at[leaves.length + i]!;
            store(code, dtype, base, offset, lanes, values[i]!);
          });
        },
      };
    },
  };
}
