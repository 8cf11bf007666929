import {
  check,
  type DType,
  type Json,
  mapTree,
  type Tensor,
  type TensorType,
  type Tree,
  type TreeOf,
  zeros,
} from "@nn/core";

/** Shape and dtype of what a model takes for one example: a tree like its inputs. */
export type InputTypes = TreeOf<TensorType>;

const dtypes: readonly DType[] = ["f32", "f64", "i32", "bool", "u8", "i8"];

/** The types of single examples in these batches. */
export function inputTypesOf(inputs: Tree): InputTypes {
  return mapTree(inputs, ({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
}

/** Constants in place of a batch of so many examples, to describe a model with. */
export function placeholders(types: InputTypes, rows: number): Tree {
  if (isType(types)) return zeros([rows, ...types.shape], types.dtype);
  const children = Object.entries(types).map(([name, type]) => [name, placeholders(type, rows)]);
  return Array.isArray(types)
    ? children.map(([, child]) => child as Tensor)
    : (Object.fromEntries(children) as Tree);
}

/** Input types as a file holds them. */
export function readInputTypes(name: string, json: Json): InputTypes {
  check(
    typeof json === "object" && json !== null,
    () => `${name}: expected the types of inputs, got ${JSON.stringify(json)}`,
  );
  if (isType(json)) {
    const { shape, dtype } = json;
    check(
      dtypes.includes(dtype) &&
        shape.every((length: number) => Number.isSafeInteger(length) && length >= 0),
      () => `${name}: expected a dtype and a shape, got ${JSON.stringify(json)}`,
    );
    return { shape: [...shape], dtype };
  }
  const read = (child: Json): InputTypes => readInputTypes(name, child);
  if (Array.isArray(json)) return (json as readonly Json[]).map(read);
  return Object.fromEntries(
    Object.entries(json as { readonly [name: string]: Json }).map(([key, child]) => [
      key,
      read(child),
    ]),
  );
}

/** An array of lengths beside a name tells a type from an object of types. */
function isType(value: object): value is TensorType {
  const { shape, dtype } = value as Partial<TensorType>;
  return Array.isArray(shape) && typeof dtype === "string";
}
