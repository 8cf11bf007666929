/**
 * The instructions in use, by the names of the WebAssembly text format. Those without a prefix are one byte; SIMD ones
 * have the prefix 0xfd, `memory.copy` and its like 0xfc, atomic ones 0xfe. The groups say which immediates follow.
 */
const plain = {
  unreachable: 0x00,
  return: 0x0f,
  drop: 0x1a,
  select: 0x1b,
  "i32.eqz": 0x45,
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.lt_s": 0x48,
  "i32.lt_u": 0x49,
  "i32.gt_s": 0x4a,
  "i32.gt_u": 0x4b,
  "i32.le_u": 0x4d,
  "i32.ge_s": 0x4e,
  "i64.eqz": 0x50,
  "i64.lt_u": 0x54,
  "f32.eq": 0x5b,
  "f32.ne": 0x5c,
  "f32.gt": 0x5e,
  "f64.eq": 0x61,
  "f64.ne": 0x62,
  "f64.lt": 0x63,
  "f64.gt": 0x64,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.div_u": 0x6e,
  "i32.rem_u": 0x70,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.shl": 0x74,
  "i32.shr_s": 0x75,
  "i32.shr_u": 0x76,
  "i64.clz": 0x79,
  "i64.add": 0x7c,
  "i64.sub": 0x7d,
  "i64.mul": 0x7e,
  "i64.rem_u": 0x82,
  "i64.and": 0x83,
  "i64.or": 0x84,
  "i64.xor": 0x85,
  "i64.shl": 0x86,
  "i64.shr_s": 0x87,
  "i64.shr_u": 0x88,
  "f32.sqrt": 0x91,
  "f32.add": 0x92,
  "f32.sub": 0x93,
  "f32.mul": 0x94,
  "f32.div": 0x95,
  "f64.abs": 0x99,
  "f64.sqrt": 0x9f,
  "f64.add": 0xa0,
  "f64.sub": 0xa1,
  "f64.mul": 0xa2,
  "f64.div": 0xa3,
  "f64.copysign": 0xa6,
  "i32.wrap_i64": 0xa7,
  "i64.extend_i32_u": 0xad,
  "f64.convert_i64_u": 0xba,
  "f64.convert_i32_s": 0xb7,
  "f32.convert_i32_s": 0xb2,
  "i64.reinterpret_f64": 0xbd,
  "f64.reinterpret_i64": 0xbf,
} as const;

/** SIMD instructions without immediates. */
const simd = {
  "i32x4.splat": 17,
  "f32x4.splat": 19,
  "f64x2.splat": 20,
  "i32x4.eq": 55,
  "i32x4.ne": 56,
  "i32x4.lt_s": 57,
  "i32x4.gt_s": 59,
  "i32x4.le_s": 61,
  "i32x4.ge_s": 63,
  "f32x4.eq": 65,
  "f32x4.ne": 66,
  "f32x4.lt": 67,
  "f32x4.le": 69,
  "f32x4.ge": 70,
  "f64x2.eq": 71,
  "f64x2.ne": 72,
  "f64x2.lt": 73,
  "f64x2.le": 75,
  "f64x2.ge": 76,
  "v128.not": 77,
  "v128.and": 78,
  "v128.andnot": 79,
  "v128.or": 80,
  "v128.xor": 81,
  "v128.bitselect": 82,
  "f32x4.demote_f64x2_zero": 94,
  "f64x2.promote_low_f32x4": 95,
  "i8x16.narrow_i16x8_s": 101,
  "i8x16.narrow_i16x8_u": 102,
  "f32x4.floor": 104,
  "f32x4.trunc": 105,
  "f64x2.floor": 117,
  "f64x2.trunc": 122,
  "i16x8.narrow_i32x4_s": 133,
  "i16x8.extend_low_i8x16_s": 135,
  "i16x8.extend_low_i8x16_u": 137,
  "i32x4.abs": 160,
  "i32x4.neg": 161,
  "i32x4.extend_low_i16x8_s": 167,
  "i32x4.extend_low_i16x8_u": 169,
  "i32x4.shl": 171,
  "i32x4.shr_s": 172,
  "i32x4.shr_u": 173,
  "i32x4.add": 174,
  "i32x4.sub": 177,
  "i32x4.mul": 181,
  "i32x4.min_s": 182,
  "i32x4.max_s": 184,
  "i64x2.all_true": 195,
  "i64x2.extend_low_i32x4_s": 199,
  "i64x2.shl": 203,
  "i64x2.shr_u": 205,
  "i64x2.add": 206,
  "i64x2.sub": 209,
  "i64x2.lt_s": 216,
  "f32x4.abs": 224,
  "f32x4.neg": 225,
  "f32x4.sqrt": 227,
  "f32x4.add": 228,
  "f32x4.sub": 229,
  "f32x4.mul": 230,
  "f32x4.div": 231,
  "f32x4.min": 232,
  "f32x4.max": 233,
  "f32x4.pmin": 234,
  "f32x4.pmax": 235,
  "f64x2.abs": 236,
  "f64x2.neg": 237,
  "f64x2.sqrt": 239,
  "f64x2.add": 240,
  "f64x2.sub": 241,
  "f64x2.mul": 242,
  "f64x2.div": 243,
  "f64x2.min": 244,
  "f64x2.max": 245,
  "f64x2.pmin": 246,
  "f64x2.pmax": 247,
  "i32x4.trunc_sat_f32x4_s": 248,
  "f32x4.convert_i32x4_s": 250,
  "i32x4.trunc_sat_f64x2_s_zero": 252,
  "f64x2.convert_low_i32x4_s": 254,
  "f32x4.relaxed_madd": 0x105,
  "f32x4.relaxed_nmadd": 0x106,
  "f64x2.relaxed_madd": 0x107,
  "f64x2.relaxed_nmadd": 0x108,
} as const;

/** SIMD instructions with the number of a lane. */
export const lanes = {
  "i32x4.extract_lane": 27,
  "i32x4.replace_lane": 28,
  "i64x2.replace_lane": 30,
  "f32x4.extract_lane": 31,
  "f64x2.extract_lane": 33,
  "f64x2.replace_lane": 34,
} as const;

/** Loads and stores, with the logarithm of their natural alignment. */
const memory = {
  "i32.load": [0x28, 2],
  "f32.load": [0x2a, 2],
  "f64.load": [0x2b, 3],
  "i32.load8_u": [0x2d, 0],
  "i32.store": [0x36, 2],
  "f32.store": [0x38, 2],
  "f64.store": [0x39, 3],
  "i32.store8": [0x3a, 0],
} as const;

/** SIMD loads and stores. */
const simdMemory = {
  "v128.load": [0, 4],
  "v128.load8_splat": [7, 0],
  "v128.load32_splat": [9, 2],
  "v128.load64_splat": [10, 3],
  "v128.store": [11, 4],
  "v128.load32_zero": [92, 2],
  "v128.load64_zero": [93, 3],
} as const;

/** SIMD loads and stores of one lane. */
const laneMemory = {
  "v128.load8_lane": [84, 0],
  "v128.load16_lane": [85, 1],
  "v128.load32_lane": [86, 2],
  "v128.load64_lane": [87, 3],
  "v128.store8_lane": [88, 0],
  "v128.store16_lane": [89, 1],
  "v128.store32_lane": [90, 2],
  "v128.store64_lane": [91, 3],
} as const;

/** Atomic accesses, for barriers. */
const atomic = {
  "memory.atomic.notify": [0x00, 2],
  "memory.atomic.wait32": [0x01, 2],
  "i32.atomic.load": [0x10, 2],
  "i32.atomic.store": [0x17, 2],
  "i32.atomic.rmw.add": [0x1e, 2],
} as const;

/** Instructions without immediates. */
export type Plain = keyof typeof plain | keyof typeof simd;
/** Instructions with an address, an offset and, for some, a lane. */
export type Access =
  | keyof typeof memory
  | keyof typeof simdMemory
  | keyof typeof laneMemory
  | keyof typeof atomic;

/** Instructions with a lane alone. */
export type LaneName = keyof typeof lanes;

interface Instruction {
  readonly prefix: number | undefined;
  readonly opcode: number;
  readonly alignment: number;
}

/** How instructions are encoded, by name. */
export const instructions: Readonly<Record<string, Instruction>> = /* @__PURE__ */ tabulate();

function tabulate(): Record<string, Instruction> {
  const table: Record<string, Instruction> = {};
  const groups: [Record<string, number | readonly [number, number]>, number | undefined][] = [
    [plain, undefined],
    [memory, undefined],
    [simd, 0xfd],
    [simdMemory, 0xfd],
    [laneMemory, 0xfd],
    [atomic, 0xfe],
  ];
  for (const [group, prefix] of groups)
    for (const [name, entry] of Object.entries(group)) {
      const [opcode, alignment] = typeof entry === "number" ? [entry, 0] : entry;
      table[name] = { prefix, opcode, alignment };
    }
  return table;
}
