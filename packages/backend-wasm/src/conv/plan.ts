import { byteSize } from "@nn/core";
import { dividePanels, storedColumns } from "../matmul/panels.ts";
import { planProduct } from "../matmul/plan.ts";
import type { Epilogue, Place, Stage, Target } from "../stage.ts";
import { outputLengths, type Convolution, type Images } from "./convolution.ts";
import { correlationStages } from "./filter-gradient.ts";
import { filterStage, type Taps } from "./filters.ts";
import { padStage } from "./padding.ts";
import { remainders } from "./remainders.ts";
import { slideStage, type Axis, type Slide } from "./slide.ts";

/** What stages are made with; `scratch` is asked for memory, in bytes, that is theirs alone. */
export interface Planning {
  readonly target: Target;
  readonly epilogue: Epilogue;
  readonly name: string;
  readonly scratch: (bytes: number) => Place;
}

/**
 * Stages that compute a convolution. The epilogue's rows are pixels, [images, rows, columns] in row-major order, its
 * columns are filters.
 */
export function planConvolution(
  convolution: Convolution,
  input: Place,
  filter: Place,
  planning: Planning,
): readonly Stage[] {
  const { images, channels, filters, padding, strides } = convolution;
  const [rows, columns] = outputLengths(convolution);
  if (images * rows * columns * filters === 0) return [];
  if (isPlain(convolution)) return product(convolution, input, filter, planning, false);
  const own = { height: convolution.height, width: convolution.width, channels, place: input };
  const start = [padding[0][0], padding[1][0]] as const;
  const padded = padImages(convolution, own, larger(own, padding), start, planning);
  return [
    ...padded.stages,
    ...slide(
      convolution,
      padded.images,
      {
        lengths: [rows, columns],
        strides,
        taps: [
          { first: 0, step: 1, length: convolution.filter[0] },
          { first: 0, step: 1, length: convolution.filter[1] },
        ],
        dilation: convolution.dilation,
        result: { first: 0, image: rows * columns, row: columns, column: 1 },
      },
      filter,
      false,
      planning,
    ),
  ];
}

/**
 * Stages that compute the cotangent of a convolution's input from the filter and the cotangent of its output. That is a
 * convolution of the latter, with zeros around, with the flipped filter; where the window moves by more than one cell,
 * it is one for each remainder of rows and columns, with the part of the filter that meets them. The epilogue's rows are
 * pixels of the input, its columns are channels.
 */
export function planInputGradient(
  convolution: Convolution,
  filter: Place,
  cotangent: Place,
  planning: Planning,
): readonly Stage[] {
  const { images, height, width, channels, filters, strides } = convolution;
  const [rows, columns] = outputLengths(convolution);
  if (images * height * width * channels === 0) return [];
  if (isPlain(convolution)) return product(convolution, cotangent, filter, planning, true);
  const vertical = remainders(convolution, 0);
  const horizontal = remainders(convolution, 1);
  const before = [vertical, horizontal].map((all) =>
    Math.max(0, ...all.map(({ first }) => -first)),
  );
  const [top, left] = before as [number, number];
  const own = { height: rows, width: columns, channels: filters, place: cotangent };
  const all = {
    height: top + Math.max(rows, ...vertical.map(({ end }) => end)),
    width: left + Math.max(columns, ...horizontal.map(({ end }) => end)),
    channels: filters,
  };
  const padded = padImages(convolution, own, all, [top, left], planning);
  const stages = vertical.flatMap((y) =>
    horizontal.flatMap((x) => {
      const pixel = ((top + y.first) * all.width + left + x.first) * filters;
      const { slot, offset } = padded.images.place;
      return slide(
        convolution,
        { ...all, place: { slot, offset: offset + pixel * byteSize(convolution.dtype) } },
        {
          lengths: [y.length, x.length],
          strides: [1, 1],
          taps: [y.taps, x.taps],
          dilation: [y.dilation, x.dilation],
          result: {
            first: y.remainder * width + x.remainder,
            image: height * width,
            row: strides[0] * width,
            column: strides[1],
          },
        },
        filter,
        true,
        planning,
      );
    }),
  );
  return [...padded.stages, ...stages];
}

/**
 * Stages that compute the cotangent of a convolution's filter from the input and the cotangent of its output. The
 * epilogue's rows are [filter height, filter width, channels] in row-major order, its columns are filters.
 */
export function planFilterGradient(
  convolution: Convolution,
  input: Place,
  cotangent: Place,
  planning: Planning,
): readonly Stage[] {
  const { dtype, images, channels, filters, padding, strides, dilation, filter } = convolution;
  const [rows, columns] = outputLengths(convolution);
  if (filter[0] * filter[1] * channels * filters === 0) return [];
  const pixels = images * rows * columns;
  if (isPlain(convolution) || pixels === 0) {
    const a = { place: input, rowStride: 1, columnStride: channels };
    const b = { place: cotangent, rowStride: filters, columnStride: 1 };
    const lengths = { rows: filter[0] * filter[1] * channels, columns: filters, inner: pixels };
    const { target, epilogue, name } = planning;
    return planProduct(
      { dtype, ...lengths, a, b, batch: [] },
      target,
      epilogue,
      planning.scratch,
      name,
    );
  }
  const own = { height: convolution.height, width: convolution.width, channels, place: input };
  const start = [padding[0][0], padding[1][0]] as const;
  const padded = padImages(convolution, own, larger(own, padding), start, planning);
  const { target, epilogue, name } = planning;
  return [
    ...padded.stages,
    ...correlationStages(
      {
        dtype,
        ...positions(images, padded.images, [rows, columns], strides),
        window: windowOf(filter, dilation, padded.images),
        source: padded.images.place,
        cotangent,
        filters,
        panels: dividePanels(dtype, filters, target.wide ? 4 : 2),
      },
      target,
      epilogue,
      planning.scratch,
      name,
    ),
  ];
}

type Stored = Images & { readonly place: Place };

/** Whether a convolution is but a product of pixels and a matrix. */
function isPlain({ filter, strides, padding }: Convolution): boolean {
  return [...filter, ...strides].every((n) => n === 1) && padding.flat().every((n) => n === 0);
}

/** The product of pixels, [pixels, channels], with a filter [channels, filters], or of cotangents with it transposed. */
function product(
  { dtype, images, height, width, channels, filters }: Convolution,
  pixels: Place,
  filter: Place,
  { target, epilogue, scratch, name }: Planning,
  isTransposed: boolean,
): readonly Stage[] {
  const [inner, columns] = isTransposed ? [filters, channels] : [channels, filters];
  return planProduct(
    {
      dtype,
      rows: images * height * width,
      columns,
      inner,
      a: { place: pixels, rowStride: inner, columnStride: 1 },
      b: {
        place: filter,
        rowStride: isTransposed ? 1 : filters,
        columnStride: isTransposed ? filters : 1,
      },
      batch: [],
    },
    target,
    epilogue,
    scratch,
    name,
  );
}

function larger(image: Images, padding: Convolution["padding"]): Images {
  const [vertical, horizontal] = padding;
  return {
    height: image.height + vertical[0] + vertical[1],
    width: image.width + horizontal[0] + horizontal[1],
    channels: image.channels,
  };
}

/** Copies images into larger ones, unless those are the same. */
function padImages(
  { dtype, images }: Convolution,
  from: Stored,
  to: Images,
  start: readonly [number, number],
  planning: Planning,
): { readonly images: Stored; readonly stages: readonly Stage[] } {
  const isSame =
    from.height === to.height && from.width === to.width && start.every((n) => n === 0);
  if (isSame) return { images: from, stages: [] };
  const bytes = images * to.height * to.width * to.channels * byteSize(dtype);
  const padded = { ...to, place: planning.scratch(bytes) };
  return {
    images: padded,
    stages: [padStage(dtype, images, from, padded, start, planning.name)],
  };
}

/** The positions of a window on images, as axes. */
function positions(
  images: number,
  { height, width, channels }: Images,
  [rows, columns]: readonly [number, number],
  strides: readonly [number, number],
): { readonly images: Axis; readonly rows: Axis; readonly columns: Axis } {
  return {
    images: { length: images, stride: height * width * channels },
    rows: { length: rows, stride: strides[0] * width * channels },
    columns: { length: columns, stride: strides[1] * channels },
  };
}

/** What is under a window, as axes, of which the last is as long as it can be. */
function windowOf(
  filter: readonly [number, number],
  dilation: readonly [number, number],
  { width, channels }: Images,
): readonly Axis[] {
  const row = { length: filter[0], stride: dilation[0] * width * channels };
  return dilation[1] === 1
    ? [row, { length: filter[1] * channels, stride: 1 }]
    : [row, { length: filter[1], stride: dilation[1] * channels }, { length: channels, stride: 1 }];
}

/** How a window slides, and over which rows of the epilogue. */
interface Sliding {
  readonly lengths: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly taps: readonly [Taps, Taps];
  readonly result: Slide["result"];
}

function slide(
  { dtype, images, channels, filters, filter }: Convolution,
  source: Stored,
  { lengths, strides, dilation, taps, result }: Sliding,
  place: Place,
  isTransposed: boolean,
  { target, epilogue, scratch, name }: Planning,
): readonly Stage[] {
  const outputs = isTransposed ? channels : filters;
  const panels = dividePanels(dtype, outputs, target.wide ? 4 : 2);
  const inner = taps[0].length * taps[1].length * (isTransposed ? filters : channels);
  const packed = scratch(inner * storedColumns(panels) * byteSize(dtype));
  const sliding: Slide = {
    dtype,
    ...positions(images, source, lengths, strides),
    window: windowOf([taps[0].length, taps[1].length], dilation, source),
    source: source.place,
    result,
    packed,
    panels,
  };
  const matrices = { dtype, width: filter[1], channels, filters, place };
  return [
    ...(inner === 0 ? [] : [filterStage(matrices, taps, isTransposed, panels, packed, name)]),
    slideStage(sliding, target, epilogue, scratch, name),
  ];
}
