import { conv2d, maxPool2d } from "@nn/conv";
import {
  add,
  type Layer,
  matmul,
  mul,
  reshape,
  scan,
  sigmoid,
  sliceAxis,
  tanh,
  type Tensor,
  transpose,
  zeros,
} from "@nn/core";
import { glorotUniform } from "@nn/layers-dense";

/** The layers that have no package yet, on the kernel's primitives. */
function layer(name: string, config: Layer["config"], apply: Layer["apply"]): Layer {
  return { kind: `@nn/bench#${name}`, config, apply };
}

/** A convolution of images [batch, height, width, channels] with a square window, without padding. */
export function conv(filters: number, size: number, activation?: Layer): Layer {
  return layer("conv", { filters, size, activation }, (scope, x) => {
    const shape = [size, size, x.shape[3]!, filters];
    const filter = scope.parameter("filter", shape, { initializer: glorotUniform() });
    const y = add(conv2d(x, filter), scope.parameter("bias", [filters]));
    return activation ? scope.apply("activation", activation, y) : y;
  });
}

/** The largest cell under a square window. */
export function maxPool(size: number): Layer {
  return layer("maxPool", { size }, (_, x) => maxPool2d(x, { window: size }));
}

/**
 * A long short-term memory (Hochreiter and Schmidhuber, 1997) over [batch, steps, features]; the result is its last
 * output, [batch, units]. Gates stand in PyTorch's order: input, forget, candidate, output.
 */
export function lstm(units: number): Layer {
  return layer("lstm", { units }, (scope, x) => {
    const [batch, steps, features] = x.shape as [number, number, number];
    const gates = 4 * units;
    const weights = { initializer: glorotUniform() };
    const input = scope.parameter("input", [features, gates], weights);
    const recurrent = scope.parameter("recurrent", [units, gates], weights);
    const bias = scope.parameter("bias", [gates]);
    // What the inputs contribute does not depend on the steps before: one product for all of them.
    const rows = reshape(transpose(x, [1, 0, 2]), [steps * batch, features]);
    const projected = reshape(add(matmul(rows, input), bias), [steps, batch, gates]);
    const start = { output: zeros([batch, units]), cell: zeros([batch, units]) };
    const [{ output }] = scan(
      ({ output, cell }: { output: Tensor; cell: Tensor }, own: Tensor) => {
        const sums = add(own, matmul(output, recurrent));
        const gate = (i: number): Tensor => sliceAxis(sums, 1, i * units, (i + 1) * units);
        const kept = mul(sigmoid(gate(1)), cell);
        const next = add(kept, mul(sigmoid(gate(0)), tanh(gate(2))));
        return [{ output: mul(sigmoid(gate(3)), tanh(next)), cell: next }, []] as const;
      },
      start,
      projected,
    );
    return output;
  });
}
