import { serveJobs } from "@nn/executor-workers";
import { plugins, run } from "../job.ts";

serveJobs({ plugins, run });
