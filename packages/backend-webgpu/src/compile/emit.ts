import type { DType } from "@nn/core";
import { type Affine, affineKey, constant, plus, variable } from "../wgsl/affine.ts";
import { integerText } from "../wgsl/literal.ts";
import { affineResult, type Code, operators, textOf } from "../wgsl/operators.ts";
import type { Scope } from "../wgsl/scope.ts";
import { isInteger, literal, named, type Read } from "./code.ts";
import type { Value } from "./graph.ts";
import { concatenated, gathered, padded } from "./moves.ts";
import { at, broadcastFrom, coordinatesOf, flatOf, type Position, reshaped } from "./position.ts";
import { largest, reduced, reducedPart, scattered } from "./sums.ts";

/** Where code finds values in memory. */
export interface Memory {
  /** The array of words and the place of the first element; `undefined` for values that are computed where they are used. */
  find(scope: Scope, value: Value): { array: string; first: Affine } | undefined;
}

type Numbers = readonly number[];

/** The code of one element of a value: found in memory, or computed from elements of its operands. */
export function element(memory: Memory, scope: Scope, value: Value, position: Position): Code {
  const key = elementKey(value, position);
  return scope.remember(key, () => {
    const place = memory.find(scope, value);
    if (!place) return compute(memory, scope, value, position);
    const address = scope.index(plus(place.first, flatOf(position)));
    return load(scope, `${place.array}[${address}]`, value.dtype);
  });
}

/** What an element is remembered by; kernels that compute it in another way define it. */
export function elementKey({ id, size }: Value, position: Position): string {
  return `${id} at ${size === 1 ? "0" : affineKey(flatOf(position))}`;
}

function load(scope: Scope, word: string, dtype: DType): Code {
  if (dtype === "f32") return scope.let(`bitcast<f32>(${word})`);
  if (dtype === "bool") return scope.let(`${word} != 0u`);
  return variable(scope.let(`bitcast<i32>(${word})`));
}

/** The word that an element is stored as. */
export function stored(scope: Scope, code: Code, dtype: DType): string {
  const text = textOf(scope, code);
  return dtype === "bool" ? `select(0u, 1u, ${text})` : `bitcast<u32>(${text})`;
}

/** A number that the device's compiler does not see: with those that it sees it reassociates, and x · 0 is 0 to it. */
function hidden(scope: Scope, value: number): Code {
  const [bits] = new Int32Array(Float32Array.of(value).buffer);
  return scope.let(`bitcast<f32>(${integerText(bits!)} ^ u.at[0].z)`);
}

function compute(memory: Memory, scope: Scope, value: Value, position: Position): Code {
  const { op, inputs, params, dtype, shape } = value;
  const [x] = inputs;
  const readIn: Read = (inner, input, where) => element(memory, inner, input, where);
  const read = (input: Value, where: Position): Code => readIn(scope, input, where);
  if (Object.hasOwn(operators, op)) {
    const operands = inputs.map((input) =>
      read(input, broadcastFrom(scope, position, input.shape)),
    );
    const sum = isInteger(dtype) ? affineResult(op, operands) : undefined;
    if (sum) return sum;
    // Under a name, even numbers: WGSL refuses what it can tell to overflow or to divide by 0.
    const texts = operands.map((operand) => scope.let(textOf(scope, operand)));
    const from = op === "select" ? dtype : x!.dtype;
    return named(scope, operators[op]!(texts, from, dtype), dtype);
  }
  const coordinates = (): readonly Affine[] => coordinatesOf(scope, position);
  switch (op) {
    case "full":
      return dtype === "f32"
        ? hidden(scope, Number(params["value"]))
        : literal(Number(params["value"]), dtype);
    case "iota": {
      const count = flatOf(position);
      return isInteger(dtype) ? count : named(scope, `f32(${scope.index(count)})`, dtype);
    }
    case "reshape":
      return read(x!, reshaped(scope, position, x!.shape));
    case "broadcastTo":
      return read(x!, broadcastFrom(scope, position, x!.shape));
    case "transpose": {
      const own = coordinates();
      const permutation = params["permutation"] as Numbers;
      return read(
        x!,
        at(
          x!.shape,
          x!.shape.map((_, axis) => own[permutation.indexOf(axis)]!),
        ),
      );
    }
    case "slice": {
      const starts = params["starts"] as Numbers;
      // Not `at`: an axis from which one element is left has more in the operand.
      const own = coordinates().map((one, axis) => plus(one, constant(starts[axis]!)));
      return read(x!, { shape: x!.shape, coordinates: own });
    }
    case "reverse": {
      const axes = params["axes"] as Numbers;
      const own = coordinates().map((one, axis) =>
        axes.includes(axis) ? plus(constant(shape[axis]! - 1), one, -1) : one,
      );
      return read(x!, at(x!.shape, own));
    }
    case "pad":
      return padded(readIn, scope, value, coordinates());
    case "concat":
      return concatenated(readIn, scope, value, coordinates());
    case "gather":
      return gathered(readIn, scope, value, coordinates());
    case "scatterAdd":
      return scattered(readIn, scope, value, position, coordinates());
    case "randomBits": {
      const [key, counter] = inputs;
      const words = [0, 1].map((i) => read(key!, { shape: key!.shape, flat: constant(i) }));
      const all = [...words, read(counter!, { shape: [], flat: constant(0) }), flatOf(position)];
      const texts = all.map((code) => textOf(scope, code));
      return named(scope, `threefry(${texts.join(", ")})`, dtype);
    }
    case "sum":
    case "max":
      return reduced(readIn, scope, value, coordinates());
    case "partial":
      return reducedPart(readIn, scope, value, coordinates());
    case "argMax":
      return largest(readIn, scope, value, coordinates());
    default:
      throw new Error(`nothing computes an element of ${op}`);
  }
}
