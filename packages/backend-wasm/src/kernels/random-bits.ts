import { sizeOf } from "@nn/core";
import type { Code, FunctionReference, Local, ModuleBuilder } from "../assembler/index.ts";
import type { Kernel } from "./kernel.ts";
import { addressOf, smaller } from "./memory.ts";

/** Vectors of 4 blocks that are worked on at once, since each is one long chain of operations; more gain little. */
const groups = 2;
/** The words that they make. */
const step = 8 * groups;

/** Random words, in units of `step`. */
export const randomBits: Kernel = ({ module, name, inputs, outputs }) => {
  const [key, counter] = inputs;
  const [output] = outputs;
  const words = sizeOf(output!.shape);
  if (words === 0) return [];
  const fill = module.once("threefry", () => threefry(module));
  return [
    {
      name,
      units: Math.ceil(words / step),
      cost: 3 * Math.max(words, step),
      emit(code, frame, from, to) {
        const end = code.get(to).i32(step).op("i32.mul").take("i32");
        const limit = smaller(code, end, words);
        for (const address of [output!, key!, counter!]) code.get(addressOf(code, frame, address));
        code.get(from).i32(step).op("i32.mul").get(limit).call(fill);
      },
    },
  ];
};

const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/** Rotations by whole bytes are one instruction. */
const byteRotations = new Map([
  [16, [2, 3, 0, 1]],
  [24, [1, 2, 3, 0]],
]);

/** Writes words `from` up to `to` of Threefry-2x32; `from` is a multiple of `step`. */
function threefry(module: ModuleBuilder): FunctionReference {
  const parameters = ["i32", "i32", "i32", "i32", "i32"] as const;
  return module.function("threefry", parameters, [], (code, output, key, counter, from, to) => {
    const add = (target: Local, other: Local): Code =>
      code.get(target).get(other).op("i32x4.add").set(target);
    const keys = [0, 4].map((at) => code.get(key!).at("v128.load32_splat", at).take("v128"));
    code.get(keys[0]!).get(keys[1]!).op("v128.xor").splat("i32x4", 0x1bd11bda).op("v128.xor");
    keys.push(code.take("v128"));
    /** What is added behind every fourth round. */
    const forY = [1, 2, 3, 4, 5].map((turn) =>
      code
        .get(keys[(turn + 1) % 3]!)
        .splat("i32x4", turn)
        .op("i32x4.add")
        .take("v128"),
    );
    code.get(counter!).at("v128.load32_splat").get(keys[0]!).op("i32x4.add");
    const firstX = code.take("v128");
    code.get(from!).i32(1).op("i32.shr_u").op("i32x4.splat");
    code
      .v128(Int32Array.of(0, 1, 2, 3))
      .op("i32x4.add")
      .get(keys[1]!)
      .op("i32x4.add");
    const nextY = code.take("v128");
    const target = code.address(output!, from!, 4).take("i32");

    code.repeat(from!, to!, step, (word) => {
      const x = Array.from({ length: groups }, () => code.get(firstX).take("v128"));
      const y = Array.from({ length: groups }, () => {
        const own = code.get(nextY).take("v128");
        code.get(nextY).splat("i32x4", 4).op("i32x4.add").set(nextY);
        return own;
      });
      for (let round = 0; round < 20; round++) {
        x.forEach((own, g) => {
          add(own, y[g]!);
          rotate(code, y[g]!, rotations[round % 8]!);
          code.get(own).op("v128.xor").set(y[g]!);
        });
        if (round % 4 < 3) continue;
        const turn = (round + 1) / 4;
        for (const own of x) add(own, keys[turn % 3]!);
        for (const own of y) add(own, forY[turn - 1]!);
      }
      const vectors = x.flatMap((own, g) =>
        (
          [
            [0, 4, 1, 5],
            [2, 6, 3, 7],
          ] as const
        ).map((lanes) => code.get(own).get(y[g]!).shuffle32(lanes).take("v128")),
      );
      const left = code.get(to!).int(word).op("i32.sub").take("i32");
      code.get(left).i32(step).op("i32.ge_s");
      code.when(
        () =>
          vectors.forEach((v, i) =>
            code
              .get(target)
              .get(v)
              .at("v128.store", 16 * i),
          ),
        () => vectors.forEach((v, i) => storeFirst(code, target, 16 * i, v, left, 4 * i)),
      );
      code
        .get(target)
        .i32(4 * step)
        .op("i32.add")
        .set(target);
    });
  });
}

/** Pushes the lanes, rotated to the left. */
function rotate(code: Code, lanes: Local, by: number): void {
  const bytes = byteRotations.get(by);
  if (bytes) {
    code
      .get(lanes)
      .get(lanes)
      .shuffle([0, 4, 8, 12].flatMap((at) => bytes.map((n) => at + n)));
  } else {
    code.get(lanes).i32(by).op("i32x4.shl");
    code
      .get(lanes)
      .i32(32 - by)
      .op("i32x4.shr_u")
      .op("v128.or");
  }
}

/** Stores those of four words, the first of which has the given number, that are among the first `count`. */
function storeFirst(
  code: Code,
  target: Local,
  offset: number,
  words: Local,
  count: Local,
  first: number,
): void {
  for (let lane = 0; lane < 4; lane++) {
    code
      .get(count)
      .i32(first + lane)
      .op("i32.gt_s");
    code.when(() =>
      code
        .get(target)
        .get(words)
        .at("v128.store32_lane", offset + 4 * lane, lane),
    );
  }
}
