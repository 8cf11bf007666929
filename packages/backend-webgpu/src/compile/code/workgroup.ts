import type { Scope } from "../../wgsl/scope.ts";
import type { Position } from "./position.ts";

/** Invocations of a workgroup. */
export const WIDTH = 64;

/** What computes a section: functions in WGSL, and how many workgroups call them. */
export interface SectionCode {
  readonly texts: readonly string[];
  readonly count: number;
}

/** Writes statements that compute and store all roots of a section at one element, or at two that share a word. */
export type Store = (scope: Scope, positions: readonly Position[]) => void;
