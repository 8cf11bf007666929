import { testLoss } from "@nn/testing";
import { mse, plugins } from "../src/index.ts";

testLoss("mse", {
  make: () => mse(),
  prediction: { shape: [2] },
  target: { shape: [2] },
  plugins,
  known: [
    {
      prediction: [
        [1, 2],
        [0, 0],
      ],
      target: [
        [3, 2],
        [1, -1],
      ],
      values: [2, 1],
    },
  ],
});
