import { js } from "@nn/backend-js";
import type { Backend } from "@nn/core";

import { naive } from "./naive.ts";

/** One that offers the basis only, so that lowerings are what runs, and one with kernels of its own. */
export const backends: readonly Backend[] = [naive(), js()];
