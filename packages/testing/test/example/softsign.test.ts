import { testLayer } from "@nn/testing";
import { plugins, softsign } from "./softsign.ts";

testLayer("softsign", {
  make: () => softsign({ scale: 2 }),
  input: { shape: [3] }, // of one example
  plugins,
});
