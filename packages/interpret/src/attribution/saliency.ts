import { abs, check, mul, sum, type Tensor, type Tree, valueAndGradient } from "@nn/core";
import type { HostLike, RowsTree } from "../inputs/examples.ts";
import { checkKnown, show } from "../options.ts";
import {
  attribute,
  attributionOptions,
  type AttributionOptions,
  type Attributions,
} from "./attribute.ts";

/** What is made of a gradient: its magnitude, itself, or its product with the input. */
export type SaliencyForm = "magnitude" | "signed" | "timesInput";

/** What to explain, and in which form. */
export interface SaliencyOptions<
  In extends Tree,
  Out extends Tree,
  Rows extends RowsTree,
> extends AttributionOptions<In, Out, Rows> {
  /** `"magnitude"` by default. */
  readonly form?: SaliencyForm;
}

const forms: { readonly [form in SaliencyForm]: (slope: Tensor, x: Tensor) => Tensor } = {
  magnitude: (slope) => abs(slope),
  signed: (slope) => slope,
  timesInput: (slope, x) => mul(slope, x),
};

/**
 * How much an output changes with each input number: its gradient, row by row (Simonyan, Vedaldi and Zisserman, Deep
 * Inside Convolutional Networks, 2013).
 *
 * ```ts
 * const { values } = await saliency({ model: result, inputs: images, output: "largest" });
 * values.data; // one number for every pixel, in the shape of the images
 * ```
 */
export async function saliency<In extends Tree, Out extends Tree, Rows extends RowsTree>(
  options: SaliencyOptions<In, Out, Rows>,
): Promise<Attributions<Rows>> {
  const name = "saliency";
  checkKnown(name, options, [...attributionOptions, "form"]);
  const { form = "magnitude" } = options;
  check(
    Object.hasOwn(forms, form),
    () => `${name}: form must be ${Object.keys(forms).join(", ")}, got ${show(form)}`,
  );
  const nothing = (): { tree: Tree; release: () => void } => ({ tree: [], release() {} });
  const { values, figures } = await attribute(name, options, nothing, ({ floats, outputAt }) => {
    const [[, outputs], slopes] = valueAndGradient((own: readonly Tensor[]) => {
      const chosen = outputAt(own);
      return [sum(chosen), chosen];
    })(floats);
    const made = slopes.map((slope, i) => forms[form](slope, floats[i]!));
    return { values: made, figures: { outputs: outputs! } };
  });
  return { values: values as HostLike<Rows>, outputs: figures["outputs"]! };
}
