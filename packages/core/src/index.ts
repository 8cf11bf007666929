export type {
  Backend,
  BackendSpec,
  Buffer,
  Executable,
  UnopenedBackend,
} from "./interfaces/backend.ts";
export type { Config, ConfigValue, Described, Plugin } from "./interfaces/described.ts";
export type {
  Declaration,
  Initializer,
  Layer,
  ParameterOptions,
  Scope,
  StateOptions,
  TensorMap,
} from "./interfaces/layer.ts";
export type {
  Chunk,
  ChunkReport,
  LossParts,
  Problem,
  Progress,
  Schedule,
  Solver,
  Training,
  UpdateCall,
  UpdateRule,
} from "./interfaces/optimizer.ts";
export type {
  BatchCall,
  GradientCall,
  Param,
  Params,
  Primitive,
  Pruned,
  Pullback,
} from "./interfaces/primitive.ts";
export type { Operation, Program } from "./interfaces/program.ts";
export type {
  DType,
  Json,
  Tensor,
  TensorLike,
  TensorSource,
  TensorType,
  Tree,
  TypedArray,
} from "./interfaces/tensor.ts";

export type {
  Callback,
  EpochReport,
  EpochSummary,
  Executor,
  FittedTransform,
  HostTensor,
  HostTensors,
  Job,
  JobContext,
  JobModule,
  JobResult,
  Loss,
  Metric,
  ModelFormat,
  Observer,
  Probe,
  ProgressReport,
  RunInfo,
  RunSummary,
  StoredModel,
  Table,
  Transform,
} from "./interfaces/training.ts";

export { apply } from "./engine/apply.ts";
export { defineBackend } from "./engine/backend.ts";
export { clean } from "./engine/clean.ts";
export { KERNEL_CONTRACT } from "./engine/contract.ts";
export { place, tensor, type TensorData } from "./engine/create.ts";
export {
  allocate,
  byteSize,
  isFloat,
  sameShape,
  sameType,
  showType,
  sizeOf,
} from "./engine/dtype.ts";
export { check, TensorError } from "./engine/errors.ts";
export {
  interpret,
  type Kernel,
  type KernelCall,
  type KernelHost,
  type Kernels,
} from "./engine/interpret.ts";
export { kernelName, programKey } from "./engine/key.ts";
export { definePrimitive, lower } from "./engine/lower.ts";
export { print } from "./engine/print.ts";
export { replay } from "./engine/replay.ts";
export { isTensor } from "./engine/tensor.ts";
export { withPath } from "./engine/trace.ts";
export {
  gradient,
  jacobian,
  jit,
  trace,
  traceFunction,
  valueAndGradient,
  vectorize,
  type JitOptions,
  type TracedFunction,
} from "./engine/transforms.ts";
export { flatten, mapTree, type FlatTree, type TreeOf } from "./engine/tree.ts";

export { add, clip, div, maximum, minimum, mul, pow, rem, sub } from "./ops/arithmetic.ts";
export { and, not, or, shiftLeft, shiftRight, shiftRightLogical, xor } from "./ops/bits.ts";
export { checkpoint, customGradient, stopGradient } from "./ops/body.ts";
export {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  notEqual,
  select,
} from "./ops/compare.ts";
export { cumulativeSum, identityMatrix, logSoftmax, logSumExp, softmax } from "./ops/composed.ts";
export { full, iota, ones, zeros, zerosLike } from "./ops/constant.ts";
export { broadcastShapes } from "./ops/elementwise.ts";
export { gather, oneHot, scatterAdd } from "./ops/gather.ts";
export { cholesky, triangularSolve } from "./ops/linalg.ts";
export { matmul } from "./ops/matmul.ts";
export { checkDtype, checkOperands, type Takes } from "./ops/operands.ts";
export {
  bernoulli,
  foldIn,
  normal,
  randomBits,
  randomKey,
  uniform,
  type DrawOptions,
} from "./ops/random.ts";
export { all, any, argMax, argMin, max, mean, min, prod, variance } from "./ops/reduce.ts";
export { sum, type ReduceOptions } from "./ops/sum.ts";
export { loop, type LoopOptions, type ScanParams } from "./ops/loop.ts";
export { scan } from "./ops/scan.ts";
export {
  broadcastTo,
  concat as concatenate,
  expandDims,
  moveAxes,
  pad,
  reshape,
  reverse,
  slice,
  sliceAxis,
  squeeze,
  stack,
  transpose,
} from "./ops/shape.ts";
export {
  abs,
  cast,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  relu,
  round,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  tanh,
} from "./ops/unary.ts";

export { decode, encode } from "./model/codec.ts";
export {
  concat,
  corePlugins,
  graph,
  residual,
  sequential,
  type AnyLayer,
  type GraphNode,
  type LayerList,
} from "./model/combinators.ts";
export {
  applyModel,
  describe,
  initialize,
  type ApplyOptions,
  type ModelDescription,
  type Variables,
} from "./model/model.ts";
export { fans } from "./model/fans.ts";
