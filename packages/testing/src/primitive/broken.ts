import {
  add,
  gradient,
  isFloat,
  mul,
  reverse,
  stopGradient,
  sum,
  vectorize,
  zeros,
  type GradientCall,
  type Params,
  type Primitive,
  type Tensor,
} from "@nn/core";
import { applied, type PrimitiveSpec } from "./spec.ts";

/** A faulty variant of a primitive, which `testPrimitive` has to find. */
export interface BrokenPrimitive<P extends Params = Params> {
  readonly name: string;
  readonly spec: PrimitiveSpec<P>;
}

/** Faulty variants of a primitive that is right, and that has a lowering and a float operand. */
export function brokenPrimitives<P extends Params>(
  spec: PrimitiveSpec<P>,
): readonly BrokenPrimitive<P>[] {
  const { primitive } = spec;
  const right = (call: GradientCall<P>): (Tensor | undefined)[] => trueGradient(primitive, call);
  const variants: readonly [string, Partial<Primitive<P>>][] = [
    [
      "the gradient is a little too large",
      { gradient: (call) => right(call).map((g) => g && mul(g, 1.0001)) },
    ],
    [
      "the gradient has the wrong sign",
      { gradient: (call) => right(call).map((g) => g && mul(g, -1)) },
    ],
    [
      "the gradient cannot be differentiated again",
      {
        gradient: (call) =>
          right({ ...call, inputs: call.inputs.map(stopGradient) }).map(
            (g) => g && stopGradient(g),
          ),
      },
    ],
    ["the gradient is left out", { gradient: () => [] }],
    [
      "the batching rule mixes up the examples",
      {
        batch: ({ inputs, batched, params }) => {
          const axes = batched.map((flag) => (flag ? 0 : null));
          const turned = inputs.map((input, i) => (batched[i] ? reverse(input, [0]) : input));
          return vectorize((...all: Tensor[]) => applied(primitive, params)(all), { axes })(
            ...turned,
          );
        },
      },
    ],
    [
      "the type rule forgets an axis",
      {
        type: (inputs, params) =>
          primitive.type(inputs, params).map((type) => ({ ...type, shape: [...type.shape, 1] })),
      },
    ],
    [
      "the type rule lets everything pass",
      {
        type(inputs, params) {
          try {
            return primitive.type(inputs, params);
          } catch {
            return [inputs[0]!];
          }
        },
      },
    ],
    [
      "the results are a little too large",
      {
        lower: (inputs, params) =>
          primitive.lower!(inputs, params).map((y) => (isFloat(y.dtype) ? mul(y, 1.001) : y)),
      },
    ],
    ["it is made for another kernel", { contract: primitive.contract + 1 }],
    ["its version is no number", { version: 0 }],
    ["its name has no package", { name: "#mine" }],
  ];
  return variants.map(([name, change]) => {
    // A rule that is not replaced would hide the fault in the lowering.
    const { gradient: _, batch: __, pullback: ___, ...bare } = primitive;
    return { name, spec: { ...spec, primitive: { ...bare, ...change } } };
  });
}

/** The gradient that the lowering has. */
function trueGradient<P extends Params>(
  { lower }: Primitive<P>,
  { inputs, cotangents, params }: GradientCall<P>,
): (Tensor | undefined)[] {
  const wanted = inputs.filter(({ dtype }) => isFloat(dtype));
  const slopes = gradient((moving: Tensor[]) => {
    let next = 0;
    const outputs = lower!(
      inputs.map((input) => (isFloat(input.dtype) ? moving[next++]! : input)),
      params,
    );
    return outputs
      .flatMap((output, i) => (cotangents[i] ? [sum(mul(output, cotangents[i]!))] : []))
      .reduce(add, zeros([], wanted[0]!.dtype));
  })(wanted);
  let next = 0;
  return inputs.map(({ dtype }) => (isFloat(dtype) ? slopes[next++]! : undefined));
}
