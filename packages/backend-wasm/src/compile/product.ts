import { byteSize, type Params, type TensorType } from "@nn/core";
import {
  planConvolution,
  planFilterGradient,
  planInputGradient,
  supportsConvolution,
  type Convolution,
} from "../conv/index.ts";
import { planProduct, type Matrix, type Product } from "../matmul/index.ts";
import type { Epilogue, Place, Stage, Target } from "../stage.ts";
import type { View } from "./view.ts";

/** A value in memory as a product reads it. */
export interface MatrixOperand extends View {
  readonly type: TensorType;
  readonly place: Place;
}

/** Where the first element of an operand is. */
function beginOf({ place, type, offset }: MatrixOperand): Place {
  return { ...place, offset: place.offset + offset * byteSize(type.dtype) };
}

/** What an operation `matmul` computes. */
function productOf([a, b]: readonly MatrixOperand[], result: TensorType, params: Params): Product {
  const [rows, columns] = result.shape.slice(-2);
  const matrix = (operand: MatrixOperand, turned: unknown): Matrix => {
    const [first, second] = operand.strides.slice(-2);
    return {
      place: beginOf(operand),
      rowStride: (turned ? second : first)!,
      columnStride: (turned ? first : second)!,
    };
  };
  const leading = result.shape.slice(0, -2);
  const along = ({ type, strides }: MatrixOperand): number[] => {
    const extra = leading.length - (type.shape.length - 2);
    return leading.map((_, axis) =>
      axis < extra || type.shape[axis - extra] === 1 ? 0 : strides[axis - extra]!,
    );
  };
  const [ofA, ofB] = [along(a!), along(b!)];
  return {
    dtype: result.dtype as "f32" | "f64",
    rows: rows!,
    columns: columns!,
    inner: a!.type.shape.at(params["transposeA"] ? -2 : -1)!,
    a: matrix(a!, params["transposeA"]),
    b: matrix(b!, params["transposeB"]),
    batch: leading.map((length, axis) => ({ length, a: ofA[axis]!, b: ofB[axis]! })),
  };
}

/** What the stages of a product are made from. */
interface ProductCall {
  readonly operands: readonly MatrixOperand[];
  readonly result: TensorType;
  readonly params: Params;
  readonly target: Target;
  readonly epilogue: Epilogue;
  readonly scratch: (bytes: number) => Place;
  readonly name: string;
}

/** A primitive whose elements are sums of products, which steps can follow before they are stored. */
export interface ProductKind {
  supports(params: Params): boolean;
  /** Whether operands may be any matrices; otherwise their elements have to lie one behind the other. */
  readonly takesMatrices: boolean;
  /** The first axis of a result with so many axes that counts rows; those before it make the batch. */
  firstRowAxis(rank: number): number;
  plan(call: ProductCall): readonly Stage[];
}

const matmul: ProductKind = {
  supports: () => true,
  takesMatrices: true,
  firstRowAxis: (rank) => rank - 2,
  plan: ({ operands, result, params, target, epilogue, scratch, name }) =>
    planProduct(productOf(operands, result, params), target, epilogue, scratch, name),
};

/** Which of images, filter and output the operands of a convolution are; the third one is the result. */
type Roles = readonly ["images" | "filter", "filter" | "output"];

function convolution(roles: Roles, plan: typeof planConvolution): ProductKind {
  return {
    supports: (params) => supportsConvolution({ groups: params["groups"] as number }),
    takesMatrices: false,
    firstRowAxis: () => 0,
    plan({ operands: [a, b], result, params, target, epilogue, scratch, name }) {
      const shapeOf = (role: string): readonly number[] =>
        (role === roles[0] ? a!.type : role === roles[1] ? b!.type : result).shape;
      const [images, height, width, channels] = shapeOf("images");
      const [rows, columns, , filters] = shapeOf("filter");
      const { strides, padding, dilation } = params as Pick<
        Convolution,
        "strides" | "padding" | "dilation"
      >;
      const sizes: Convolution = {
        dtype: result.dtype as "f32" | "f64",
        images: images!,
        height: height!,
        width: width!,
        channels: channels!,
        filter: [rows!, columns!],
        filters: filters!,
        strides,
        padding,
        dilation,
      };
      return plan(sizes, beginOf(a!), beginOf(b!), { target, epilogue, scratch, name });
    },
  };
}

/** All products, by name of the primitive. */
export const products: Readonly<Record<string, ProductKind>> = {
  matmul,
  "@nn/conv#conv2d": convolution(["images", "filter"], planConvolution),
  "@nn/conv#conv2dInputGradient": convolution(["filter", "output"], planInputGradient),
  "@nn/conv#conv2dFilterGradient": convolution(["images", "output"], planFilterGradient),
};
