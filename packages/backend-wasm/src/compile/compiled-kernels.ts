import type { ModuleBuilder } from "../assembler/index.ts";
import { frameSlots, type Place, type Stage } from "../stage.ts";
import { keyOf, type AddressTable } from "./addresses.ts";
import type { Arena } from "./arena.ts";
import type { CompiledStage, Step } from "./steps.ts";

/** The functions of a kernel, and the scratch memory that it asks for. */
interface CompiledKernel {
  readonly stages: readonly CompiledStage[];
  readonly scratch: readonly number[];
}

/** What a kernel does, where its data is, and how its stages are made. */
export interface KernelPlan {
  readonly name: string;
  /** The layer that it belongs to. */
  readonly path: string;
  /** Where it finds its data; `description` and `plan` know places by the table's numbers. */
  readonly table: AddressTable;
  /** Plain data. Kernels of one description do the same. */
  readonly description: unknown;
  plan(scratch: (bytes: number) => Place): readonly Stage[];
}

/** The kernels of a module. Those that do the same to different data are one function for each stage. */
export class CompiledKernels {
  /** All entries of tables of addresses. */
  readonly entries: Place[] = [];
  private readonly module: ModuleBuilder;
  private readonly arena: Arena;
  private readonly compiled = new Map<string, CompiledKernel>();

  constructor(module: ModuleBuilder, arena: Arena) {
    this.module = module;
    this.arena = arena;
  }

  /** All stages that there are functions for. */
  get stages(): readonly CompiledStage[] {
    return [...this.compiled.values()].flatMap(({ stages }) => stages);
  }

  /** The steps of a kernel, whose code is written unless there is one with the same description. */
  steps({ name, path, table, description, plan }: KernelPlan): Step[] {
    const { module, arena, compiled, entries } = this;
    const allocate = (bytes: number): Place =>
      table.add({ slot: frameSlots.arena, offset: arena.allocate(bytes) });
    const key = keyOf([name, description]);
    let found = compiled.get(key);
    if (found) found.scratch.forEach(allocate);
    else {
      const scratch: number[] = [];
      const stages = plan((bytes) => {
        scratch.push(bytes);
        return allocate(bytes);
      });
      found = {
        scratch,
        stages: stages.map(({ name: own, units, cost, emit }) => ({
          name: own,
          units,
          cost,
          function: module.function(own, ["i32", "i32", "i32"], [], emit),
        })),
      };
      compiled.set(key, found);
    }
    const first = entries.length;
    entries.push(...table.entries);
    return found.stages.map((stage) => ({
      kind: "stage",
      name: path ? `${stage.name} ${path}` : stage.name,
      stage,
      table: first,
    }));
  }
}
