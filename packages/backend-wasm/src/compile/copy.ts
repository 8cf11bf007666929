import { baseOf, type Place, type Stage } from "../stage.ts";

/** Bytes that are copied as one unit. */
const chunk = 1 << 16;

/** Copies a value, unless it is there already. */
export function copyStage(from: Place, to: Place, bytes: number): Stage {
  return {
    name: "copy",
    units: Math.ceil(bytes / chunk),
    cost: 50 + bytes / 10,
    emit(code, frame, first, last) {
      const source = baseOf(code, frame, from);
      const target = baseOf(code, frame, to);
      const begin = code.get(first).i32(chunk).op("i32.mul").take("i32");
      code
        .get(target)
        .get(source)
        .op("i32.ne")
        .when(() => {
          code.get(target).get(begin).op("i32.add");
          code.get(source).get(begin).op("i32.add");
          // Up to the end of the last unit, or of the value.
          code.get(last).i32(chunk).op("i32.mul").i32(bytes);
          code.get(last).i32(chunk).op("i32.mul").i32(bytes).op("i32.lt_u").op("select");
          code.get(begin).op("i32.sub");
          code.copy();
        });
    },
  };
}
