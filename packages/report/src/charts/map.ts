import type { Chart, ChartOptions } from "../chart.ts";
import { checkAxis, checkChart, checkKnown } from "../check.ts";
import { checkLengths, type Column, rangeOf, readNumbers } from "../data/columns.ts";
import { cloud } from "../draw/cloud.ts";
import { coloursFor } from "../draw/colours.ts";
import { draw } from "../draw/draw.ts";
import { scaleOf } from "../draw/scale.ts";

/** Places, in degrees, and what to colour them by. */
export interface Places {
  readonly latitude: Column;
  readonly longitude: Column;
  readonly colour?: { readonly name: string; readonly values: Column };
}

/** How to colour a map. */
export interface MapOptions extends ChartOptions {
  /** For values on both sides of zero, such as residuals: zero is in the middle of the colours. */
  readonly diverging?: boolean;
}

/** Pixels that the area of a map may be high, and how large its cells are. */
const [leastHeight, mostHeight, cellSize] = [160, 480, 6];

/**
 * Values by latitude and longitude, true to shape in the middle of the map. More than 1,000 places are drawn as cells
 * with the median of the values in each.
 *
 * ```ts
 * const { svg } = map({ latitude, longitude, colour: { name: "price", values: price } });
 * ```
 */
export function map(places: Places, options: MapOptions = {}): Chart {
  checkKnown("map", places, ["latitude", "longitude", "colour"]);
  checkChart("map", options, ["diverging"]);
  const { colour } = places;
  if (colour) checkAxis("map: colour", colour);
  checkLengths("map", {
    latitude: places.latitude,
    longitude: places.longitude,
    ...(colour && { [colour.name]: colour.values }),
  });
  const latitude = readNumbers("map: latitude", places.latitude).values;
  const longitude = readNumbers("map: longitude", places.longitude).values;
  const width = (options.width ?? 440) - 80;
  const area = areaOf(rangeOf(latitude), rangeOf(longitude), width);
  const [xScale, yScale] = [area.longitude, area.latitude].map(([low, high]) =>
    scaleOf(low, high, { margin: 0 }),
  );
  const values = colour && readNumbers(`map: '${colour.name}'`, colour.values).values;
  const colours =
    values &&
    coloursFor({
      label: colour.name,
      values,
      isOpen: true,
      isDiverging: options.diverging === true,
    });
  const { marks, caption, isEmpty } = cloud({
    x: longitude,
    y: latitude,
    xScale: xScale!,
    yScale: yScale!,
    colour: values && colours && { values, colours },
    columns: Math.round(width / cellSize),
    rows: Math.round(area.height / cellSize),
  });
  return draw(
    {
      title: colour ? `${colour.name} by place` : "Places",
      caption,
      x: { label: "longitude", scale: xScale! },
      y: { label: "latitude", scale: yScale! },
      legend: colours?.legend,
      marks,
      isEmpty,
      height: area.height + 64,
    },
    options,
  );
}

type Range = readonly [low: number, high: number];

/** The part of the world to show: one that holds all places, in which a mile is as long upwards as across. */
function areaOf(
  latitude: Range,
  longitude: Range,
  width: number,
): { readonly latitude: Range; readonly longitude: Range; readonly height: number } {
  const middle = (range: Range): number => (range[0] + range[1]) / 2 || 0;
  // A single place is shown with what is around it.
  const size = (range: Range): number => Math.max((range[1] - range[0]) * 1.04 || 0, 1e-3);
  const narrowing = Math.max(Math.cos((middle(latitude) / 180) * Math.PI), 0.05);
  const [up, across] = [size(latitude), size(longitude) * narrowing];
  const height = Math.round(Math.min(Math.max((up / across) * width, leastHeight), mostHeight));
  const degrees = Math.max(up / height, across / width);
  const around = (center: number, half: number): Range => [center - half, center + half];
  return {
    latitude: around(middle(latitude), (degrees * height) / 2),
    longitude: around(middle(longitude), (degrees * width) / 2 / narrowing),
    height,
  };
}
