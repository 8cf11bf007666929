import { sizeOf } from "../matmul/lanes.ts";
import { dividePanels, storedColumns, type Panels } from "../matmul/panels.ts";
import { planProduct } from "../matmul/plan.ts";
import type { Epilogue, Place, Stage, Target } from "../stage.ts";
import { outputLengths, type Convolution, type Images } from "./convolution.ts";
import { correlationStages } from "./filter-gradient.ts";
import { filterStage } from "./filters.ts";
import { padStage, type Placement } from "./padding.ts";
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
  const padded = padImages(
    convolution,
    own,
    larger(own, padding),
    {
      start: [padding[0][0], padding[1][0]],
      step: [1, 1],
    },
    planning,
  );
  return [
    ...padded.stages,
    ...slide(convolution, padded.images, [rows, columns], strides, filter, false, planning),
  ];
}

/**
 * Stages that compute the cotangent of a convolution's input from the filter and the cotangent of its output: itself a
 * convolution, of that with zeros between its pixels and around, with the flipped filter. The epilogue's rows are pixels
 * of the input, its columns are channels.
 */
export function planInputGradient(
  convolution: Convolution,
  filter: Place,
  cotangent: Place,
  planning: Planning,
): readonly Stage[] {
  const { images, height, width, channels, filters, padding, strides, dilation } = convolution;
  const [rows, columns] = outputLengths(convolution);
  if (images * height * width * channels === 0) return [];
  if (isPlain(convolution)) return product(convolution, cotangent, filter, planning, true);
  const own = { height: rows, width: columns, channels: filters, place: cotangent };
  const extents = convolution.filter.map((cells, axis) => (cells - 1) * dilation[axis]!);
  const all = { height: height + extents[0]!, width: width + extents[1]!, channels: filters };
  const padded = padImages(
    convolution,
    own,
    all,
    {
      start: [extents[0]! - padding[0][0], extents[1]! - padding[1][0]],
      step: strides,
    },
    planning,
  );
  return [
    ...padded.stages,
    ...slide(convolution, padded.images, [height, width], [1, 1], filter, true, planning),
  ];
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
  const padded = padImages(
    convolution,
    own,
    larger(own, padding),
    {
      start: [padding[0][0], padding[1][0]],
      step: [1, 1],
    },
    planning,
  );
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
  placement: Placement,
  planning: Planning,
): { readonly images: Stored; readonly stages: readonly Stage[] } {
  const isSame =
    from.height === to.height &&
    from.width === to.width &&
    [...placement.start, ...placement.step.map((n) => n - 1)].every((n) => n === 0);
  if (isSame) return { images: from, stages: [] };
  const bytes = images * to.height * to.width * to.channels * sizeOf(dtype);
  const padded = { ...to, place: planning.scratch(bytes) };
  return {
    images: padded,
    stages: [padStage(dtype, images, from, padded, placement, planning.name)],
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

function slide(
  { dtype, images, channels, filters, filter, dilation }: Convolution,
  source: Stored,
  lengths: readonly [number, number],
  strides: readonly [number, number],
  place: Place,
  isFlipped: boolean,
  { target, epilogue, scratch, name }: Planning,
): readonly Stage[] {
  const panels: readonly Panels[] = dividePanels(
    dtype,
    isFlipped ? channels : filters,
    target.wide ? 4 : 2,
  );
  const cells = filter[0] * filter[1];
  const inner = cells * (isFlipped ? filters : channels);
  const packed = scratch(inner * storedColumns(panels) * sizeOf(dtype));
  const sliding: Slide = {
    dtype,
    ...positions(images, source, lengths, strides),
    window: windowOf(filter, dilation, source),
    source: source.place,
    packed,
    panels,
  };
  return [
    filterStage({ dtype, cells, channels, filters, place }, isFlipped, panels, packed, name),
    slideStage(sliding, target, epilogue, scratch, name),
  ];
}
