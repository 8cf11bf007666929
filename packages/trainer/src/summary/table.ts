import type { TensorType, TreeOf } from "@nn/core";
import { isType, type LayerSummary, type ModelSummary } from "./summary.ts";

/** What tables of a summary show, whatever they are made of. */
export interface SummaryTable {
  readonly header: readonly string[];
  readonly rows: readonly {
    /** How many layers are around this one. */
    readonly depth: number;
    readonly cells: readonly string[];
  }[];
  readonly total: readonly string[];
  /** What has no column. */
  readonly notes: readonly string[];
}

/** How many of the first columns hold text; numbers stand in the others. */
export const textColumns = 3;

/** A summary in words and numbers as people write them; what is zero stays empty. */
export function tableOf(summary: ModelSummary): SummaryTable {
  const { layers, parameters, trainable, state, flops, trainingFlops, bytes } = summary;
  const notes = [
    `trainable ${count(trainable)} of ${count(parameters)} parameters`,
    `operations for one example: ${count(flops)} to predict` +
      (trainingFlops === undefined ? "" : `, ${count(trainingFlops)} to train`),
  ];
  const hasState = state > 0;
  const isShared = (path: string): boolean =>
    layers.some((layer) => layer.path === path && layer.sharedWith !== undefined);
  const numbers = (of: Pick<LayerSummary, "parameters" | "state" | "flops" | "bytes">): string[] =>
    [of.parameters, ...(hasState ? [of.state] : []), of.flops, of.bytes].map((value) =>
      value === 0 ? "" : count(value),
    );
  return {
    header: [
      "layer",
      "kind",
      "output",
      "parameters",
      ...(hasState ? ["state"] : []),
      "FLOPs",
      "bytes",
    ],
    rows: layers.map(({ path, kind, output, sharedWith, ...rest }) => {
      const parts = path.split("/");
      // What is inside of a shared layer is shared with it.
      const isNamed = sharedWith !== undefined && !isShared(parts.slice(0, -1).join("/"));
      const shared = isNamed ? ` (shared with ${sharedWith || "the model"})` : "";
      return {
        depth: path ? parts.length : 0,
        cells: [
          parts.at(-1) || "model",
          `${kind.slice(kind.indexOf("#") + 1)}${shared}`,
          outputText(output),
          ...numbers(rest),
        ],
      };
    }),
    total: ["total", "", "", ...numbers({ parameters, state, flops, bytes })],
    notes,
  };
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `[64]`, `i32[8]` where it is no float, `{ a: [1], b: [2] }`. */
function outputText(node: TreeOf<TensorType>): string {
  if (isType(node)) {
    const { shape, dtype } = node;
    return `${dtype.startsWith("f") ? "" : dtype}[${shape.join(", ")}]`;
  }
  if (Array.isArray(node)) return `(${node.map(outputText).join(", ")})`;
  const parts = Object.entries(node).map(([key, child]) => `${key}: ${outputText(child)}`);
  return `{ ${parts.join(", ")} }`;
}
