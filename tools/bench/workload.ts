/** A layer of a workload, as every contestant has it. */
export type LayerSpec =
  | { readonly kind: "dense"; readonly units: number; readonly activation?: "relu" | "tanh" }
  /** A convolution with a square window that moves by one cell, without padding. */
  | {
      readonly kind: "conv";
      readonly filters: number;
      readonly size: number;
      readonly activation?: "relu";
    }
  /** The largest cell under a square window that moves by its own size. */
  | { readonly kind: "maxPool"; readonly size: number }
  | { readonly kind: "flatten" }
  | { readonly kind: "dropout"; readonly rate: number }
  /** The output after the last step. */
  | { readonly kind: "lstm"; readonly units: number };

/** An update rule with the constants that its contestants agree on: for Adam 0.9, 0.999 and 1e-8. */
export type OptimizerSpec =
  | { readonly kind: "sgd"; readonly learningRate: number }
  | { readonly kind: "momentum"; readonly learningRate: number; readonly momentum: number }
  | { readonly kind: "adam"; readonly learningRate: number };

/** A training that all contestants do: plain data, which is passed to their processes as JSON. */
export interface Workload {
  readonly name: string;
  /** One line for tables. */
  readonly title: string;
  /** What one example looks like; images have their channels last. */
  readonly inputShape: readonly number[];
  /** The number of classes where targets are classes; otherwise a target is one number. */
  readonly classes?: number;
  readonly rows: number;
  readonly batchSize: number;
  readonly layers: readonly LayerSpec[];
  /** Softmax and cross-entropy on classes, or the mean squared error. */
  readonly loss: "crossEntropy" | "mse";
  readonly optimizer: OptimizerSpec;
  /** Whether it is too large for anything but a GPU, so that only those who compute on one take part. */
  readonly needsGpu?: boolean;
  /** Examples to repeat instead of random ones. */
  readonly examples?: {
    readonly inputs: readonly (readonly number[])[];
    readonly targets: readonly number[];
  };
}
