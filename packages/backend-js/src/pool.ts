import type { Kernel, Kernels } from "./kernel.ts";
import type { Data } from "./value.ts";

/**
 * What a pooling does at one position of the window: `o`, `x` and `g` are result, images and cotangent; the window's
 * cells begin at `at` in the images, `rows` by `columns` of them with rows `step` apart, and `to` is the position in the
 * small array. All of it for each channel.
 */
// prettier-ignore
type Visit = (o: Data, x: Data, g: Data, at: number, rows: number, columns: number, step: number, channels: number, to: number) => void;

const takeMax: Visit = (o, x, _, at, rows, columns, step, channels, to) => {
  for (let c = 0; c < channels; c++) {
    let best = -Infinity;
    for (let r = 0, row = at + c; r < rows; r++, row += step)
      for (let n = 0, i = row; n < columns; n++, i += channels) best = Math.max(best, x[i]!);
    o[to + c] = best;
  }
};

const giveMax: Visit = (o, x, g, at, rows, columns, step, channels, to) => {
  for (let c = 0; c < channels; c++) {
    let first = at + c;
    let best = x[first]!;
    for (let r = 0, row = first; r < rows; r++, row += step)
      for (let n = 0, i = row; n < columns; n++, i += channels)
        if (!(x[i]! <= best) && best === best) {
          best = x[i]!;
          first = i;
        }
    o[first]! += g[to + c]!;
  }
};

const takeMean: Visit = (o, x, _, at, rows, columns, step, channels, to) => {
  for (let c = 0; c < channels; c++) {
    let total = 0;
    for (let r = 0, row = at + c; r < rows; r++, row += step)
      for (let n = 0, i = row; n < columns; n++, i += channels) total += x[i]!;
    o[to + c] = total / (rows * columns);
  }
};

const giveMean: Visit = (o, _, g, at, rows, columns, step, channels, to) => {
  for (let c = 0; c < channels; c++) {
    const part = g[to + c]! / (rows * columns);
    for (let r = 0, row = at + c; r < rows; r++, row += step)
      for (let n = 0, i = row; n < columns; n++, i += channels) o[i]! += part;
  }
};

type PoolParams = {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
};

/** The first cell of the image under the window, and how many there are, for each position along an axis. */
function spans(params: PoolParams, axis: number, length: number, positions: number): Int32Array {
  const found = new Int32Array(positions * 2);
  for (let n = 0; n < positions; n++) {
    const start = n * params.strides[axis]! - params.padding[axis]![0];
    found[2 * n] = Math.max(0, start);
    found[2 * n + 1] = Math.min(length, start + params.window[axis]!) - found[2 * n]!;
  }
  return found;
}

function pooling(visit: Visit, isGradient: boolean): Kernel {
  return ({ inputs, outputs: [o], params }) => {
    const x = inputs[0];
    const g = inputs.at(-1)!;
    const [large, small] = isGradient ? [o, g] : [x, o];
    const [batch, height, width, channels] = large.shape as [number, number, number, number];
    const [, rows, columns] = small.shape as [number, number, number];
    const ys = spans(params as PoolParams, 0, height, rows);
    const xs = spans(params as PoolParams, 1, width, columns);
    return () => {
      if (isGradient) o.data.fill(0);
      for (let n = 0, to = 0; n < batch; n++)
        for (let r = 0; r < 2 * rows; r += 2)
          for (let c = 0; c < 2 * columns; c += 2, to += channels) {
            const at = ((n * height + ys[r]!) * width + xs[c]!) * channels;
            visit(
              o.data,
              x.data,
              g.data,
              at,
              ys[r + 1]!,
              xs[c + 1]!,
              width * channels,
              channels,
              to,
            );
          }
    };
  };
}

/** Pooling of images, and its gradients. */
export const poolKernels: Kernels = {
  maxPool2d: pooling(takeMax, false),
  maxPool2dGradient: pooling(giveMax, true),
  avgPool2d: pooling(takeMean, false),
  avgPool2dGradient: pooling(giveMean, true),
};
