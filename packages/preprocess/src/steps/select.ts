import { check } from "@nn/core";
import { type Columns, namesOf, parse } from "../arguments.ts";
import { dropColumns } from "../frame/frame.ts";
import { kindOf } from "../kind.ts";
import { except } from "../scopes.ts";
import { isNames, refuseState } from "../state.ts";
import type { Step } from "../step.ts";

/** Takes columns out, and leaves the others. */
export function drop(...columns: readonly Columns[]): Step {
  return selection("drop", columns, true);
}

/** Leaves columns, in the table's order, and takes all others out. */
export function select(...columns: readonly Columns[]): Step {
  return selection("select", columns, false);
}

function selection(name: "drop" | "select", args: readonly Columns[], drops: boolean): Step {
  const { columns } = parse(name, args, {});
  check(columns.length > 0, () => `${name}: expected columns, as in ${name}("id"), got none`);
  return {
    kind: kindOf(name),
    config: { columns },
    fit(frame) {
      const names = namesOf(columns, frame);
      return drops || names.length === frame.columns.size
        ? names.filter(() => drops)
        : except(...names).names(frame);
    },
    fitted(state) {
      refuseState(name, state, isNames(state));
      return { transform: (frame) => dropColumns(frame, state as readonly string[]) };
    },
  };
}
