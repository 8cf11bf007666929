import { yardsticks } from "./contestants/products.ts";
import type { Peak } from "./peaks.ts";
import type { Result, Row } from "./report.ts";

/** How much a contestant computes in its time, where it is known how much that is. */
export interface Throughput {
  readonly tflops: number;
  /** The share of the better product of others in the same run. */
  readonly ofProduct?: number;
  /** The share of what the device could do at most. */
  readonly ofPeak?: number;
}

/** The name under which products of matrices themselves are measured. */
export const products = "products";

/** The same results with what follows for them from how much a step computes, which some say. */
export function withThroughput(
  results: readonly Result[],
  peak: Peak | undefined,
): readonly Result[] {
  const best = bestProduct(results)?.tflops;
  return results.map((result) => {
    const rowOf = (row: Row): Row => {
      const tflops = tflopsOf(result, row);
      if (tflops === undefined) return row;
      return {
        ...row,
        throughput: {
          tflops,
          ...(best && { ofProduct: tflops / best }),
          ...(peak && { ofPeak: tflops / peak.tflops }),
        },
      };
    };
    const entries = Object.entries(result.rows).map(([name, row]) => [name, rowOf(row)] as const);
    return { ...result, rows: Object.fromEntries(entries) };
  });
}

/** What the shares are shares of, for people. */
export function explainShares(
  results: readonly Result[],
  peak: Peak | undefined,
): readonly string[] {
  const best = bestProduct(results);
  const isNamed = results.some(({ workload }) => workload.name === products);
  const hint = isNamed ? "see why they are missing" : `name the workload ${products}, too`;
  const product = best
    ? `the ${best.tflops.toPrecision(3)} TFLOP/s of ${best.name}, the ${best.isOnly ? "only one there is" : "better one"} of ${yardsticks.join(" and ")}`
    : `unknown without ${yardsticks.join(" or ")}; ${hint}`;
  const most = peak
    ? `${peak.tflops} TFLOP/s (${peak.source})`
    : "unknown; --peak-tflops says how much it can do";
  return [`of product: ${product}`, `of peak: ${most}`];
}

function tflopsOf({ flopsPerStep }: Result, row: Row): number | undefined {
  if (flopsPerStep === undefined || "missing" in row) return undefined;
  return flopsPerStep / row.usPerStep / 1e6;
}

/** The fastest product of others, and whether the other one is missing. */
function bestProduct(
  results: readonly Result[],
): { name: string; tflops: number; isOnly: boolean } | undefined {
  const result = results.find(({ workload }) => workload.name === products);
  if (!result) return undefined;
  const measured = yardsticks.flatMap((name) => {
    const row = result.rows[name];
    const tflops = row && tflopsOf(result, row);
    return tflops === undefined ? [] : [{ name, tflops }];
  });
  const [best] = measured.toSorted((a, b) => b.tflops - a.tflops);
  return best && { ...best, isOnly: measured.length === 1 };
}
