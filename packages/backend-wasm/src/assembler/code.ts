import { Bytes } from "./encode.ts";
import { instructions, lanes, type Access, type LaneName, type Plain } from "./opcodes.ts";

/** What locals, parameters and results can be. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";
const valueTypes = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** A local variable of the function that made it. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** A function of the module, as others call it. */
export interface FunctionReference {
  readonly name: string;
  readonly index: number;
}

/** A number that is known when code is made, or a local that holds it when it runs. */
export type Int = number | Local;

/**
 * Writes the body of one function, instruction by instruction: operands are pushed first, as in the text format.
 * Structured control takes callbacks; branches are avoided altogether by `repeat` and `when`.
 */
export class Code {
  private readonly bytes = new Bytes();
  private readonly locals: ValueType[] = [];
  private readonly parameterCount: number;

  constructor(parameters: readonly ValueType[]) {
    this.parameterCount = parameters.length;
  }

  /** A new local variable; it holds zero at first. */
  local(type: ValueType): Local {
    return { index: this.parameterCount + this.locals.push(type) - 1, type };
  }

  /** A new local variable that takes the value on the stack. */
  take(type: ValueType): Local {
    const local = this.local(type);
    this.set(local);
    return local;
  }

  get(local: Local): this {
    return this.immediate(0x20, local.index);
  }

  set(local: Local): this {
    return this.immediate(0x21, local.index);
  }

  tee(local: Local): this {
    return this.immediate(0x22, local.index);
  }

  /** Pushes a number or a local. */
  int(value: Int): this {
    return typeof value === "number" ? this.i32(value) : this.get(value);
  }

  i32(value: number): this {
    this.bytes.byte(0x41);
    this.bytes.signed(value);
    return this;
  }

  i64(value: bigint): this {
    this.bytes.byte(0x42);
    this.bytes.signed64(value);
    return this;
  }

  f32(value: number): this {
    this.bytes.byte(0x43);
    this.bytes.append(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  f64(value: number): this {
    this.bytes.byte(0x44);
    this.bytes.append(new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  /** A constant vector, from an array of 16 bytes. */
  v128(value: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array): this {
    this.simd(12);
    this.bytes.append(new Uint8Array(value.buffer, value.byteOffset, 16));
    return this;
  }

  /** The same number in all lanes. */
  splat(type: "f32x4" | "f64x2" | "i32x4", value: number): this {
    if (type === "f64x2") return this.v128(new Float64Array(2).fill(value));
    return this.v128((type === "f32x4" ? new Float32Array(4) : new Int32Array(4)).fill(value));
  }

  /** An instruction without immediates. */
  op(name: Plain): this {
    const { prefix, opcode } = instructions[name]!;
    return this.opcode(prefix, opcode);
  }

  /** A load or store at an offset from the address on the stack (below the value, for a store). */
  at(name: Access, offset = 0, lane?: number): this {
    const { prefix, opcode, alignment } = instructions[name]!;
    this.opcode(prefix, opcode);
    this.bytes.unsigned(alignment);
    this.bytes.unsigned(offset);
    if (lane !== undefined) this.bytes.byte(lane);
    return this;
  }

  /** An instruction for one lane. */
  lane(name: LaneName, lane: number): this {
    this.simd(lanes[name]);
    this.bytes.byte(lane);
    return this;
  }

  /** Picks 16 of the 32 bytes of two vectors. */
  shuffle(lanes: readonly number[]): this {
    this.simd(13);
    this.bytes.append(lanes);
    return this;
  }

  /** Picks lanes of 4 bytes: 0 … 3 of the first vector, 4 … 7 of the second. */
  shuffle32(lanes: readonly [number, number, number, number]): this {
    return this.shuffle(lanes.flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3]));
  }

  /** Copies bytes; target, source and count are on the stack. */
  copy(): this {
    this.bytes.append([0xfc, 10, 0, 0]);
    return this;
  }

  /** Fills bytes; target, byte and count are on the stack. */
  fill(): this {
    this.bytes.append([0xfc, 11, 0]);
    return this;
  }

  call(target: FunctionReference): this {
    return this.immediate(0x10, target.index);
  }

  /** Runs `body`; `branch(0)` directly inside jumps behind it. */
  block(body: () => void): this {
    return this.structure(0x02, body);
  }

  /** Runs `body`; `branch(0)` directly inside jumps to its beginning. */
  loop(body: () => void): this {
    return this.structure(0x03, body);
  }

  /** Runs `body` where the number on the stack is not zero. */
  when(body: () => void, otherwise?: () => void): this {
    this.bytes.append([0x04, 0x40]);
    body();
    if (otherwise) {
      this.bytes.byte(0x05);
      otherwise();
    }
    this.bytes.byte(0x0b);
    return this;
  }

  branch(depth: number): this {
    return this.immediate(0x0c, depth);
  }

  branchIf(depth: number): this {
    return this.immediate(0x0d, depth);
  }

  /**
   * Runs `body` with the counter going from `from` to below `to` in the given steps. Bounds that are known are decided
   * here: no loop for one turn, nothing for none.
   */
  repeat(from: Int, to: Int, step: number, body: (counter: Int) => void): this {
    if (typeof from === "number" && typeof to === "number") {
      if (from >= to) return this;
      if (from + step >= to) {
        body(from);
        return this;
      }
    }
    const counter = this.int(from).take("i32");
    const isCertain = typeof from === "number" && typeof to === "number";
    const turns = (): void => {
      this.loop(() => {
        body(counter);
        this.get(counter).i32(step).op("i32.add").tee(counter);
        this.int(to).op("i32.lt_s").branchIf(0);
      });
    };
    return isCertain ? this.do(turns) : this.get(counter).int(to).op("i32.lt_s").when(turns);
  }

  /** Pushes `base + index * scale`. */
  address(base: Int, index: Int, scale: number): this {
    if (index === 0 || scale === 0) return this.int(base);
    if (typeof index === "number")
      return this.int(base)
        .i32(index * scale)
        .op("i32.add");
    return this.int(base).get(index).i32(scale).op("i32.mul").op("i32.add");
  }

  /** The body in the binary format. */
  finish(): Uint8Array {
    const body = new Bytes();
    const runs: [ValueType, number][] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.[0] === type) last[1]++;
      else runs.push([type, 1]);
    }
    body.unsigned(runs.length);
    for (const [type, count] of runs) {
      body.unsigned(count);
      body.byte(valueTypes[type]);
    }
    body.append(this.bytes.finish());
    body.byte(0x0b);
    return body.finish();
  }

  private do(body: () => void): this {
    body();
    return this;
  }

  private immediate(opcode: number, value: number): this {
    this.bytes.byte(opcode);
    this.bytes.unsigned(value);
    return this;
  }

  private simd(opcode: number): void {
    this.opcode(0xfd, opcode);
  }

  private opcode(prefix: number | undefined, opcode: number): this {
    if (prefix === undefined) this.bytes.byte(opcode);
    else {
      this.bytes.byte(prefix);
      this.bytes.unsigned(opcode);
    }
    return this;
  }

  private structure(opcode: number, body: () => void): this {
    this.bytes.append([opcode, 0x40]);
    body();
    this.bytes.byte(0x0b);
    return this;
  }
}

/** The binary form of a type. */
export function typeByte(type: ValueType): number {
  return valueTypes[type];
}
