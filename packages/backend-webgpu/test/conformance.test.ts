import { testBackend } from "@nn/testing";
import { webgpu } from "../src/index.ts";
import { softwareGpu } from "./open.ts";

process.env["VK_ICD_FILENAMES"] ??= softwareGpu;

/** Basis primitives without a kernel: there are none. Dtypes that are not offered the kit sees for itself. */
const missing: readonly string[] = [];

testBackend("@nn/backend-webgpu", () => webgpu(), { missing });
