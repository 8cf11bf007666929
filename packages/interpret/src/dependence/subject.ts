import type { Units } from "../table/table-model.ts";

/** What is asked how its predictions depend on some columns. */
export interface Subject {
  /** How many rows it predicts. */
  readonly rows: number;
  /** The columns in question. */
  readonly columns: readonly Column[];
  /** What predictions are in, for a table. */
  readonly units?: Units;
  /**
   * Predicts all rows with the columns in question set to the values of each point, and tells the outputs of some rows at
   * a point, beginning with row `at`. A point has one value for each column.
   */
  respond(
    points: readonly (readonly unknown[])[],
    tell: (point: number, at: number, outputs: ArrayLike<number>) => void,
  ): Promise<void>;
  /** Gives back what was uploaded. */
  release(): void;
}

/** A column of a subject. */
interface Column {
  readonly name: string;
  /** Its values in the rows in question. */
  readonly values: ArrayLike<unknown>;
}

/** What a subject is made of, besides inputs. */
export interface SubjectOptions {
  readonly features: readonly (string | number)[];
  /** The numbers of the rows to predict, of so many. */
  rowsOf(rows: number): Int32Array;
  breathe(): Promise<void>;
}
