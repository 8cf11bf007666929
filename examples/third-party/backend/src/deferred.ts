import { allocate, type KernelCall, sizeOf, type TensorType, type TypedArray } from "@nn/core";

/** What an operation does once its operands have values: it fills `result`, which holds zeros. */
type Work = (result: TypedArray, operands: readonly TypedArray[]) => void;

/**
 * A value that is worked out when somebody asks for it, and then kept. Until then it knows what to do and which values
 * that needs; afterwards it lets go of both, so that values nobody else needs can be collected.
 */
export class Deferred {
  private readonly type: TensorType;
  private operands: readonly Deferred[];
  private work: Work | undefined;
  private value: TypedArray | undefined;

  constructor(type: TensorType, operands: readonly Deferred[], work: Work) {
    this.type = type;
    this.operands = operands;
    this.work = work;
  }

  /** The same value as a value of its own. */
  alias(): Deferred {
    return new Deferred(this.type, [this], (result, [value]) => result.set(value!));
  }

  /** The elements, in row-major order, to be read only. Everything they depend on is computed first. */
  force(): TypedArray {
    // A list instead of recursion: thousands of steps may be waiting for one another.
    const waiting: Deferred[] = [this];
    for (let next = waiting.at(-1); next; next = waiting.at(-1)) {
      const missing = next.operands.filter((operand) => !operand.value);
      if (missing.length > 0) waiting.push(...missing);
      else waiting.pop()!.compute();
    }
    return this.value!;
  }

  private compute(): void {
    if (this.value) return;
    this.value = allocate(this.type.dtype, sizeOf(this.type.shape));
    this.work!(
      this.value,
      this.operands.map((operand) => operand.value!),
    );
    this.operands = [];
    this.work = undefined;
  }
}

/** A kernel that looks at types and params now, and at elements later. */
export function kernel(plan: (call: KernelCall<Deferred>) => Work) {
  return (call: KernelCall<Deferred>) =>
    new Deferred(call.outputTypes[0]!, call.inputs, plan(call));
}
