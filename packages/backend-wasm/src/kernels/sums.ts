import type { Code, Local } from "../assembler/index.ts";
import { numbers, type Float } from "../vectors.ts";

/** New locals that hold the sums of the lanes of four vectors, one behind the other: one vector, or two of f64. */
export function lanesSummed(code: Code, dtype: Float, vectors: readonly Local[]): Local[] {
  const [a, b, c, d] = vectors as readonly [Local, Local, Local, Local];
  const { type } = numbers[dtype];
  const halves = (x: Local, y: Local, even: Lanes, odd: Lanes): Local => {
    code.get(x).get(y).shuffle32(even).get(x).get(y).shuffle32(odd).op(`${type}.add`);
    return code.take("v128");
  };
  if (dtype === "f64") return [halves(a, b, low, high), halves(c, d, low, high)];
  const [x, y] = [
    halves(a, b, [0, 4, 1, 5], [2, 6, 3, 7]),
    halves(c, d, [0, 4, 1, 5], [2, 6, 3, 7]),
  ];
  return [halves(x, y, low, high)];
}

type Lanes = readonly [number, number, number, number];
const low: Lanes = [0, 1, 4, 5];
const high: Lanes = [2, 3, 6, 7];

/** Pushes the sum of the lanes of a vector. */
export function sumOfLanes(code: Code, dtype: Float, vector: Local): Code {
  const { type, lanes } = numbers[dtype];
  code.get(vector).lane(`${type}.extract_lane`, 0);
  for (let lane = 1; lane < lanes; lane++)
    code.get(vector).lane(`${type}.extract_lane`, lane).op(`${dtype}.add`);
  return code;
}
