export { checkpoint, type CheckpointOptions } from "./node/checkpoint.ts";
export { csvLog } from "./node/csv-log.ts";
export { jsonLog } from "./node/json-log.ts";
export { folder, type Folder, type FolderOptions } from "./node/folder.ts";
export { loadModel, type LoadOptions, saveModel, type SaveOptions } from "./node/model-file.ts";
export { progress, type Progress, type ProgressOptions } from "./node/progress.ts";
export type { ProgressStream } from "./node/style.ts";
export { tensorBoard } from "./node/tensorboard.ts";
export { readCheckpoint, type ReadCheckpointOptions } from "./node/read-checkpoint.ts";
