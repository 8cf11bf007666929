import { noisyModel } from "./noise.ts";
import { fit } from "../src/index.ts";
import { lineOptions, valuesOf } from "./support.ts";

/** Trains with shuffling and noise, and prints what came out to the last bit. Run by `processes.test.ts`. */
const { parameters, history } = await fit(
  lineOptions({ model: noisyModel(), epochs: 10, seed: 3 }),
);
console.log(JSON.stringify({ parameters: await valuesOf(parameters), history }));
