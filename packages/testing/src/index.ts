export { runChecks, type Check, type CheckReport, type Failure, type Outcome } from "./check.ts";
export { backendChecks, testBackend } from "./backend/test-backend.ts";
export { brokenBackends, type BrokenBackend } from "./backend/broken.ts";
export type { BackendOptions } from "./backend/subject.ts";
export { referenceBackend } from "./reference/reference-backend.ts";
export { threefry, threefryVectors } from "./reference/threefry.ts";
export { margin, tolerance, tolerances, type OperationClass, type Tolerance } from "./tolerance.ts";
export { primitiveChecks, testPrimitive } from "./primitive/test-primitive.ts";
export { brokenPrimitives, type BrokenPrimitive } from "./primitive/broken.ts";
export { operand, type PrimitiveCase, type PrimitiveSpec } from "./primitive/spec.ts";
export type { Value } from "./reference/value.ts";
export { layerChecks } from "./layer/checks.ts";
export { brokenLayers, soundLayer, type BrokenLayer } from "./layer/broken.ts";
export type { ExampleInput, ExampleInputs, LayerSpec } from "./layer/spec.ts";
export { testLayer } from "./layer/test-layer.ts";
export { optimizerChecks } from "./optimizer/checks.ts";
export { brokenOptimizers, soundOptimizer, type BrokenOptimizer } from "./optimizer/broken.ts";
export type { OptimizerSpec } from "./optimizer/spec.ts";
export { testOptimizer } from "./optimizer/test-optimizer.ts";
export { brokenLosses, soundLoss, type BrokenLoss } from "./loss/broken.ts";
export { lossChecks, testLoss, type LossSpec } from "./loss/test-loss.ts";
export { brokenMetrics, soundMetric, type BrokenMetric } from "./metric/broken.ts";
export { metricChecks, testMetric, type MetricSpec } from "./metric/test-metric.ts";
export {
  brokenInitializers,
  soundInitializer,
  type BrokenInitializer,
} from "./initializer/broken.ts";
export {
  initializerChecks,
  testInitializer,
  type InitializerSpec,
} from "./initializer/test-initializer.ts";
