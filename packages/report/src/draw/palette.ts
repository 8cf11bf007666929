/** Colours that are told apart on white and on black (Observable's ten). */
export const tens = [
  "#4269d0",
  "#efb118",
  "#ff725c",
  "#6cc5b0",
  "#3ca951",
  "#ff8ab7",
  "#a463f2",
  "#97bbf5",
  "#9c6b4e",
  "#9498a0",
];

/** Of low to high values; as light as it is high (Viridis, of Matplotlib). */
const sequential = [
  "#440154",
  "#482878",
  "#3e4989",
  "#31688e",
  "#26828e",
  "#1f9e89",
  "#35b779",
  "#6ece58",
  "#b5de2b",
  "#fde725",
];

/** Of values below, at and above zero (RdBu, of ColorBrewer, with a middle that shows on white). */
const diverging = ["#b2182b", "#d6604d", "#f4a582", "#d9d4d0", "#92c5de", "#4393c3", "#2166ac"];

/** The colour of what is drawn alone. */
export const accent = tens[0]!;

/** The colour of the series of this number. */
export function colourOf(series: number): string {
  return tens[series % tens.length]!;
}

/** The dashes of the series of this number, where its colour is that of an earlier one; none otherwise. */
export function dashesOf(series: number): string | undefined {
  const round = Math.floor(series / tens.length);
  return round === 0 ? undefined : `${6 / round} 3`;
}

/** Colours for `levels` steps from low to high. */
export function ramp(levels: number, isDiverging = false): string[] {
  const stops = isDiverging ? diverging.toReversed() : sequential;
  return Array.from({ length: levels }, (_, level) => {
    const place = (level / Math.max(levels - 1, 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    return mix(stops[below]!, stops[below + 1]!, place - below);
  });
}

function mix(from: string, to: string, part: number): string {
  const channel = (colour: string, at: number): number =>
    Number.parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) =>
    Math.round(channel(from, at) * (1 - part) + channel(to, at) * part)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${mixed.join("")}`;
}
