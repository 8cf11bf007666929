import { type Affine, constant, plus } from "../../wgsl/affine.ts";
import { integerText } from "../../wgsl/literal.ts";
import { affineResult, type Code, operators, textOf } from "../../wgsl/operators.ts";
import type { Scope } from "../../wgsl/scope.ts";
import { isInteger, literal, named, type Read } from "./code.ts";
import type { Value } from "../graph/graph.ts";
import { concatenated, gathered, padded } from "./moves.ts";
import {
  at,
  broadcastFrom,
  coordinatesOf,
  flatOf,
  type Position,
  positionKey,
  reshaped,
} from "./position.ts";
import { scattered } from "./scatter.ts";
import { largest, reduced, reducedPart } from "./sums.ts";
import { type Address, load } from "./words.ts";

/** Where code finds values in memory. */
export interface Memory {
  /** Its address; `undefined` for values that are computed where they are used. */
  find(scope: Scope, value: Value): Address | undefined;
  /** Whether a value that is computed here is rounded to a half, as which it is stored for others. */
  isRounded(value: Value): boolean;
}

type Numbers = readonly number[];

/** The code of one element of a value: found in memory, or computed from elements of its operands. */
export function element(memory: Memory, scope: Scope, value: Value, position: Position): Code {
  return scope.remember(elementKey(value, position), () => {
    const address = memory.find(scope, value);
    if (address) return load(scope, address, flatOf(position), value.dtype);
    if (!memory.isRounded(value)) return exactly(memory, scope, value, position);
    return scope.let(`halfValue(${halfOf(memory, scope, value, position)})`);
  });
}

/** The bits of an element of a value that is rounded to a half. */
export function halfOf(memory: Memory, scope: Scope, value: Value, position: Position): string {
  return scope.let(`halfBits(${textOf(scope, exactly(memory, scope, value, position))})`);
}

function exactly(memory: Memory, scope: Scope, value: Value, position: Position): Code {
  const key = exactKey(value, position);
  return scope.remember(key, () => compute(memory, scope, value, position));
}

/** What an element is remembered by before it is rounded; kernels that compute it in another way define it. */
export function exactKey(value: Value, position: Position): string {
  return `exactly ${elementKey(value, position)}`;
}

function elementKey({ id }: Value, position: Position): string {
  return `${id} at ${positionKey(position)}`;
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
      const moved = coordinates();
      const permutation = params["permutation"] as Numbers;
      return read(
        x!,
        at(
          x!.shape,
          x!.shape.map((_, axis) => moved[permutation.indexOf(axis)]!),
        ),
      );
    }
    case "slice": {
      const starts = params["starts"] as Numbers;
      // Not `at`: an axis from which one element is left has more in the operand.
      const shifted = coordinates().map((one, axis) => plus(one, constant(starts[axis]!)));
      return read(x!, { shape: x!.shape, coordinates: shifted });
    }
    case "reverse": {
      const axes = params["axes"] as Numbers;
      const turned = coordinates().map((one, axis) =>
        axes.includes(axis) ? plus(constant(shape[axis]! - 1), one, -1) : one,
      );
      return read(x!, at(x!.shape, turned));
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
