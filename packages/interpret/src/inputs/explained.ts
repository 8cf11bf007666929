import {
  type Backend,
  check,
  type DType,
  isFloat,
  type Layer,
  type Tree,
  type Variables,
} from "@nn/core";
import { checkBackend, isObject, show } from "../options.ts";

/** A model that was trained: what `fit` and `loadModel` of `@nn/trainer` return, or `{ model, parameters, state }`. */
export interface Explained<In extends Tree, Out extends Tree> extends Variables {
  readonly model: Layer<In, Out>;
  /** What the columns of its inputs are called, where it says so. */
  readonly columns?: { readonly inputs: readonly string[] } | undefined;
}

/** A model whatever its inputs and outputs are. */
type AnyModel = Explained<Tree, Tree>;

/** A model, where it is, and which float dtype it has. */
export interface OpenedModel {
  readonly explained: AnyModel;
  readonly backend: Backend;
  readonly dtype: DType;
}

/** Checks that it is a trained model, and finds out where it is. */
export function openExplained(
  name: string,
  explained: unknown,
  given: Backend | undefined,
): OpenedModel {
  check(
    isObject(explained) &&
      isObject(explained["model"]) &&
      isObject(explained["parameters"]) &&
      isObject(explained["state"]),
    () =>
      `${name}: model must be what fit returns, or { model, parameters, state }, got ` +
      (isObject(explained) && typeof explained["apply"] === "function"
        ? "a layer without its parameters"
        : show(explained)),
  );
  checkBackend(`${name}: backend`, given);
  const known = explained as unknown as AnyModel;
  const tensors = [...Object.values(known.parameters), ...Object.values(known.state)];
  let backend = given;
  for (const { source } of tensors) if (source.state === "value") backend ??= source.backend;
  check(
    backend,
    () => `${name}: the model has no parameters that say where to compute; pass { backend }`,
  );
  const dtype = tensors.find((tensor) => isFloat(tensor.dtype))?.dtype ?? "f32";
  return { explained: known, backend, dtype };
}
