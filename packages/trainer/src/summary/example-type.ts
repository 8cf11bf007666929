import { check, type DType, type Tensor, type Tree, zeros } from "@nn/core";

/** The shape of one example, `[784]`, or its type; for models that take several tensors, a tree of them. */
export type ExampleType =
  | readonly number[]
  | { readonly shape: readonly number[]; readonly dtype?: DType }
  | readonly ExampleType[]
  | { readonly [key: string]: ExampleType };

const dtypes: readonly DType[] = ["f32", "f64", "i32", "bool", "u8", "i8"];

/** A batch of one example of zeros. What has no dtype gets this one; `name` is what errors begin with. */
export function exampleOf(name: string, type: ExampleType, dtype: DType): Tree {
  const visit = (node: ExampleType, path: string): Tree => {
    const at = path && ` at '${path}'`;
    const example = (shape: readonly number[], own: DType): Tensor => {
      check(
        shape.every((length) => Number.isSafeInteger(length) && length >= 0),
        () => `${name}: a shape has whole numbers from 0, got [${shape.join(", ")}]${at}`,
      );
      check(
        dtypes.includes(own),
        () => `${name}: a dtype is one of ${dtypes.join(", ")}, got ${String(own)}${at}`,
      );
      return zeros([1, ...shape], own);
    };
    if (isShape(node)) return example(node, dtype);
    check(
      typeof node === "object" && node !== null && Object.keys(node).length > 0,
      () =>
        `${name}: expected the shape of one example, as in [784], or { shape, dtype }, got ${JSON.stringify(node)}${at}`,
    );
    if ("shape" in node && isShape(node.shape))
      return example(node.shape, (node.dtype as DType | undefined) ?? dtype);
    const entries = Object.entries(node as { readonly [key: string]: ExampleType }).map(
      ([key, part]) => [key, visit(part, path ? `${path}.${key}` : key)] as const,
    );
    return Array.isArray(node) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
  };
  return visit(type, "");
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => typeof length === "number");
}
