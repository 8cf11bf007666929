import {
  type Backend,
  check,
  corePlugins,
  decode,
  describe,
  type Described,
  encode,
  type FittedTransform,
  isFloat,
  type Json,
  type Layer,
  type Plugin,
  type StoredModel,
  type Tensor,
  type Tree,
  type Variables,
} from "@nn/core";
import { checkKnown } from "../check-options.ts";
import { has } from "../options.ts";
import type { RowsTree } from "../data/data.ts";
import { exampleOf, type ExampleType } from "../summary/example-type.ts";
import {
  fromHost,
  isStored,
  named,
  numbersFromHost,
  numbersToHost,
  toHost,
  within,
} from "./host.ts";
import type { InputTypes } from "../data/input-types.ts";
import type { History } from "../run/journal.ts";
import { predict } from "../evaluate/predict.ts";
import { checkFit } from "../run/variables.ts";

/** What can be stored: what `fit` returns, or `{ model, ...variables }`, with more beside it. */
export interface Storable extends Variables {
  readonly model: Described;
  readonly history?: History | undefined;
  /** What makes the model's inputs of raw tables. */
  readonly pipeline?: FittedTransform | undefined;
  /** The names of tables' columns that go in and come out. */
  readonly columns?: Columns | undefined;
  /** What the model takes, so that who opens it can check that tensors and model belong together. */
  readonly inputTypes?: InputTypes;
}

/** The columns of a table that are a model's inputs and outputs, in their order. */
export interface Columns {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What goes along with a model. */
export interface StoreOptions {
  /** Whatever else a reader should know, such as `{ metrics, author }`. */
  readonly metadata?: { readonly [name: string]: Json };
}

/** What is needed to open a model. */
export interface OpenOptions {
  /** The lists of the packages that its layers and its pipeline come from; the kinds of `@nn/core` are known. */
  readonly plugins: readonly Plugin[];
  /** Where its tensors should be. */
  readonly backend: Backend;
}

/** A model as it was stored. It can be passed to `fit` as `variables`. */
export interface OpenedModel<In extends Tree, Out extends Tree> extends Variables {
  readonly model: Layer<In, Out>;
  /** Figures of its training, where they were stored. */
  readonly history: History | undefined;
  readonly pipeline: FittedTransform | undefined;
  readonly columns: Columns | undefined;
  /** Everything else that was stored. */
  readonly metadata: { readonly [name: string]: Json };
  /** What the model returns for these inputs, as tensors; see `predict`. */
  predict(inputs: RowsTree): Out;
}

/** Names in the metadata that are taken. */
const reserved = ["model", "pipeline", "columns", "inputTypes", "run"];

/**
 * A model with its parameters and state in the form that a `ModelFormat` writes: tensors called `parameters/…`,
 * `state/…` and `history/…`, and the JSON of the model in the metadata. In Node, `saveModel` writes it to a file.
 *
 * ```ts
 * const bytes = safetensors().write(await storeModel(await fit(options)));
 * ```
 */
export async function storeModel(
  storable: Storable,
  options: StoreOptions = {},
): Promise<StoredModel> {
  checkKnown("storeModel", options, ["metadata"]);
  const { model, parameters, state, history, pipeline, columns, inputTypes } = storable;
  const { metadata = {} } = options;
  check(
    has(model) && has(parameters) && has(state),
    () => "storeModel: expected what fit() returned, or { model, parameters, state }",
  );
  for (const name of reserved)
    check(
      !(name in metadata),
      () => `storeModel: metadata cannot have the name '${name}', which is taken; choose another`,
    );
  return {
    tensors: {
      ...named("parameters/", await toHost(parameters)),
      ...named("state/", await toHost(state)),
      ...(history && named("history/", numbersToHost(history))),
    },
    metadata: {
      ...metadata,
      model: encode(model),
      ...(pipeline && { pipeline: encode(pipeline) }),
      ...(columns && { columns: { inputs: columns.inputs, outputs: columns.outputs } }),
      ...(inputTypes && { inputTypes: inputTypes as unknown as Json }),
    },
  };
}

/**
 * Makes a model of what `storeModel` gave, or of a checkpoint. Kinds are looked up in `plugins`; nothing that is stored
 * is run. Tensors that do not fit the model are refused by their names.
 *
 * ```ts
 * const { predict } = openModel(safetensors().read(bytes), { plugins, backend: js() });
 * ```
 */
export function openModel<In extends Tree = Tensor, Out extends Tree = Tensor>(
  stored: StoredModel,
  options: OpenOptions,
): OpenedModel<In, Out> {
  checkKnown("openModel", options, ["plugins", "backend"]);
  const { plugins, backend } = options;
  check(
    Array.isArray(plugins),
    () =>
      `openModel: plugins must be a list such as those that packages export, got ${String(plugins)}`,
  );
  check(
    typeof backend?.executable === "function",
    () => `openModel: backend must be a backend such as js(), got ${String(backend)}`,
  );
  check(
    isStored(stored),
    () =>
      "openModel: expected { tensors, metadata }, as storeModel() gives them and formats read them",
  );
  const { tensors, metadata } = stored;
  const { model: json, pipeline, columns, inputTypes, run: _, ...rest } = metadata;
  check(
    json !== undefined && json !== null,
    () =>
      "openModel: there is no model beside the tensors; it was not stored with them, or has no JSON form",
  );
  const known = [...corePlugins, ...plugins];
  const model = decode(json, known) as Layer<In, Out>;
  check("apply" in model, () => `openModel: ${model.kind} is no layer`);
  const host = { parameters: within("parameters/", tensors), state: within("state/", tensors) };
  if (inputTypes !== undefined) {
    const dtype = Object.values(host.parameters).find(({ dtype }) => isFloat(dtype))?.dtype;
    const example = exampleOf("openModel: inputTypes", inputTypes as ExampleType, dtype ?? "f32");
    const { declarations } = describe(model as unknown as Layer<Tree, Tree>, example, dtype);
    checkFit("openModel: the stored tensors", declarations, host);
  }
  const opened = pipeline === undefined ? undefined : decode(pipeline, known);
  check(
    !opened || "transform" in opened,
    () => `openModel: ${opened!.kind} is no pipeline that has been fitted`,
  );
  const variables = {
    parameters: fromHost("openModel", backend, host.parameters),
    state: fromHost("openModel", backend, host.state),
  };
  const { loss, ...figures } = numbersFromHost(within("history/", tensors));
  return {
    model,
    ...variables,
    history: loss && { loss, ...figures },
    pipeline: opened as FittedTransform | undefined,
    columns: columnsOf(columns),
    metadata: rest,
    predict: (inputs) => predict(model, variables, inputs, { backend }),
  };
}

function columnsOf(json: Json | undefined): Columns | undefined {
  if (json === undefined) return undefined;
  const { inputs, outputs } = Object(json) as { readonly [name: string]: unknown };
  const areNames = (names: unknown): names is readonly string[] =>
    Array.isArray(names) && names.every((name) => typeof name === "string");
  check(
    areNames(inputs) && areNames(outputs),
    () => "openModel: the stored columns are no { inputs, outputs } with names",
  );
  return { inputs, outputs };
}
