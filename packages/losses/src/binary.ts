import {
  and,
  cast,
  check,
  equal,
  lessEqual,
  reshape,
  sameShape,
  select,
  showType,
  square,
  type Tensor,
} from "@nn/core";
import { checkTensor } from "./examples.ts";
import { orNaN } from "./or-nan.ts";

/**
 * Reads a target of one output for two classes, with the prediction's shape and dtype; an axis of length 1 at the end
 * may be missing. Where it is not from 0 to 1, it becomes NaN, and makes training stop instead of learning nonsense.
 */
export function binaryTarget(loss: string, prediction: Tensor, target: Tensor): Tensor {
  const values = shapedTarget(loss, prediction, target);
  return orNaN(and(lessEqual(0, values), lessEqual(values, 1)), values);
}

/** The same for targets that are one class or the other: -1 where they are 0 or -1, 1 where they are 1, else NaN. */
export function signTarget(loss: string, prediction: Tensor, target: Tensor): Tensor {
  const values = shapedTarget(loss, prediction, target);
  const signs = select(equal(values, 0), -1, values);
  return orNaN(equal(square(signs), 1), signs);
}

function shapedTarget(loss: string, prediction: Tensor, target: Tensor): Tensor {
  checkTensor(loss, "prediction", prediction);
  checkTensor(loss, "target", target);
  const { shape, dtype } = prediction;
  check(
    sameShape(target.shape, shape) || sameShape([...target.shape, 1], shape),
    () =>
      `${loss}: the prediction is ${showType(prediction)}, the target ${showType(target)}; expected a target for each ` +
      `output, [${shape}]; for one class out of several, take the loss without \`binary\``,
  );
  return cast(reshape(target, shape), dtype);
}
