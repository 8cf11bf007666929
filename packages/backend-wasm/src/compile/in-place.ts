import { byteSize, sizeOf, type ScanParams, type TensorType } from "@nn/core";
import { isAligned, loopShape, type Dependencies } from "./fuse.ts";

/** Bytes that a value takes. */
export function bytesOf({ shape, dtype }: TensorType): number {
  return sizeOf(shape) * byteSize(dtype);
}

/**
 * Whether a value can be computed in the place of another one that nothing reads later: it is made by loops that read
 * each element before they write it, or by a scan that begins with it.
 */
export function mayReplace(dependencies: Dependencies, from: number, to: number): boolean {
  const { graph, producers, roots } = dependencies;
  const { types, nodes, sources } = graph;
  const producer = producers[to];
  if (producer === undefined) return false;
  if (types[from]!.dtype !== types[to]!.dtype) return false;
  if (bytesOf(types[from]!) !== bytesOf(types[to]!)) return false;
  const { kind, inputs, outputs, params } = nodes[producer]!;
  if (kind === "kernel") return false;
  if (kind === "scan") {
    const { captured, carry } = params as ScanParams;
    const at = outputs.indexOf(to);
    return (
      at < carry &&
      isWhole(dependencies, inputs[captured + at]!, from) &&
      roots[producer]!.filter((root) => root === from).length === 1
    );
  }
  const group = dependencies.groupOf(producer);
  const shape = loopShape(graph, group);
  return group.every((node) =>
    nodes[node]!.inputs.every((id) => {
      const source = sources[id]!;
      if (source.kind !== "memory" || source.root !== from) return true;
      return nodes[node]!.kind === "step" && isAligned(graph, id, shape);
    }),
  );
}

/** Whether a value is another one, perhaps under another shape. */
function isWhole({ graph: { types, sources } }: Dependencies, id: number, root: number): boolean {
  const source = sources[id]!;
  return (
    source.kind === "memory" &&
    source.root === root &&
    source.view.offset === 0 &&
    bytesOf(types[id]!) === bytesOf(types[root]!)
  );
}
