export { runChecks, type Check, type CheckReport, type Failure, type Outcome } from "./check.ts";
export { backendChecks, testBackend } from "./backend/test-backend.ts";
export { brokenBackends, type BrokenBackend } from "./backend/broken.ts";
export type { BackendOptions } from "./backend/subject.ts";
export { referenceBackend } from "./reference/reference-backend.ts";
export { threefry, threefryVectors } from "./reference/threefry.ts";
export { margin, tolerance, tolerances, type OperationClass, type Tolerance } from "./tolerance.ts";
