import { check } from "@nn/core";

/**
 * Checks that options ask about a model and inputs, a model and a table, or a function of columns, and have nothing of
 * another one of these. `data` is what inputs are called, and `more` are options that functions do not take besides.
 */
export function checkForm(
  name: string,
  options: { readonly [name: string]: unknown },
  data: string,
  more: readonly string[] = [],
): void {
  check(
    (options["model"] === undefined) !== (options["predict"] === undefined),
    () => `${name}: expected either a model, as fit returns it, or predict, a function of columns`,
  );
  const refuse = (names: readonly string[], why: string): void => {
    for (const each of names)
      check(options[each] === undefined, () => `${name}: ${each} is for ${why}`);
  };
  if (options["predict"] !== undefined) {
    const why = "models; predict is given columns by their own names, all rows at once";
    refuse(["table", "by", "units", "weights", "names", "batchSize", ...more], why);
  } else if (options["table"] !== undefined) {
    refuse([data, "names"], "a model without a table, which has its own; pass one or the other");
  } else {
    check(
      options[data] !== undefined,
      () =>
        `${name}: expected ${data} or, for a model that was trained on one, a table; got neither`,
    );
    refuse(["by", "units", "weights"], "a model with a table, as in { model, table }");
  }
}
