export { serveJobs } from "./serve.ts";
export { workers, type WorkersOptions } from "./workers.ts";
