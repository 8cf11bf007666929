import { mostMembers, mostRepeated } from "../../packages/experiment/src/kinds/limits.ts";
import type { Role } from "../../packages/experiment/src/kinds/kind-table.ts";
import type { KindInfo, Sources } from "./kinds.ts";
import { placesOf, type Schema, schemaOfOptions } from "./types.ts";

/** What stands at a role's place, in words. */
const words: { readonly [role in Exclude<Role, "table">]: string } = {
  layer: "A layer, by its name or with options; a list of them is one after the other.",
  loss: "What training minimises.",
  metric: "A figure of merit.",
  optimizer: "How parameters follow their gradients.",
  schedule: "A learning rate that changes.",
  initializer: "How parameters start.",
  step: "A step of preprocessing.",
  scope: "Which columns.",
  pipeline: "Steps of preprocessing, one after the other.",
  splitter: "How rows are divided into folds.",
  backend: "Where to compute.",
  callback: "What takes part in training.",
};

/** Numbers of the experiment that are whole ones, and how small and large they may be. */
const wholeNumbers: { readonly [name: string]: Schema } = {
  epochs: { minimum: 1 },
  batchSize: { minimum: 1 },
  members: { minimum: 1, maximum: mostMembers },
  seed: { minimum: -(2 ** 52), maximum: 2 ** 52 },
};

/** The JSON schema of experiments, draft-07. */
export function experimentSchema(sources: Sources): Schema {
  const { checker } = sources;
  const kinds = sources.kinds.filter(({ role }) => role !== "table");
  const parts = schemaOfOptions(checker, experimentOptions(sources)) as {
    properties: { [name: string]: Schema };
    required: string[];
  };
  for (const [name, range] of Object.entries(wholeNumbers))
    parts.properties[name] = { ...parts.properties[name], type: "integer", ...range };
  const { description } = parts.properties["data"] as { description: string };
  parts.properties["data"] = { description, ...dataSchema(sources) };
  const roles = Object.keys(words) as (keyof typeof words)[];
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "An experiment of @nn/experiment",
    ...parts,
    definitions: {
      ...Object.fromEntries(roles.map((role) => [role, roleSchema(role, kinds)])),
      ...Object.fromEntries(kinds.map((kind) => [nameOf(kind), kindSchema(sources, kind)])),
      encoded: {
        description: "As `encode` of @nn/core writes it.",
        type: "object",
        properties: {
          kind: { type: "string", pattern: "#" },
          config: { type: "object" },
          id: { type: "integer" },
          repeat: { type: "integer", minimum: 1, maximum: mostRepeated },
        },
        required: ["kind", "config"],
        additionalProperties: false,
      },
      foreign: {
        description: "A kind of another package, by its full name.",
        type: "object",
        properties: { kind: { type: "string", pattern: "^(?!@nn/).+#.+$" } },
        required: ["kind"],
      },
    },
  };
}

/** What the reader of experiments has to know of kinds, as plain data. */
export function kindTable(sources: Sources): object {
  const { checker, kinds } = sources;
  const placesIn = (options: KindInfo["options"]): { [path: string]: Role } =>
    Object.fromEntries(
      placesOf(checker, options).map(({ path, role, isNamed }) => {
        // A text where columns may stand is the name of one; everywhere else it is that of a component.
        if (isNamed !== (role !== "scope")) throw new Error(`texts at ${path} may mean two things`);
        return [path, role];
      }),
    );
  const parts = experimentOptions(sources);
  const data = dataSchema(sources) as {
    properties: { types: { additionalProperties: { enum: string[] } } };
  };
  return {
    experiment: { options: parts.map(({ name }) => name), places: placesIn(parts) },
    data: Object.keys(data.properties),
    columnTypes: data.properties.types.additionalProperties.enum,
    internal: sources.internal,
    kinds: Object.fromEntries(
      kinds.map(({ kind, role, options, list }) => [
        kind,
        {
          role,
          options: options.map(({ name }) => name),
          ...(options.length > 0 && { places: placesIn(options) }),
          ...(list !== undefined && { list }),
        },
      ]),
    ),
  };
}

function experimentOptions({ interfaceOptions }: Sources): KindInfo["options"] {
  return interfaceOptions("experiment/src/experiment.ts", "ExperimentParts");
}

function dataSchema({ checker, interfaceOptions }: Sources): Schema {
  const options = interfaceOptions("datasets/src/csv/options.ts", "CsvOptions");
  const file = {
    description: "The name of the file, seen from the folder of the experiment.",
    type: "string",
    minLength: 1,
  };
  return { ...schemaOfOptions(checker, options, { file }), required: ["file"] };
}

/** What may stand at the places of a role. */
function roleSchema(role: keyof typeof words, kinds: readonly KindInfo[]): Schema {
  const own = kinds.filter((kind) => kind.role === role);
  const bare = own.filter(({ options }) => !options.some(({ isRequired }) => isRequired));
  const minItems = role === "layer" ? 1 : 0;
  const item = { layer: "layer", pipeline: "step" }[role as string];
  return {
    description: words[role],
    anyOf: [
      ...(bare.length > 0 ? [{ enum: bare.flatMap(({ kind }) => namesOf(kind)) }] : []),
      ...own.map((kind) => ({ $ref: `#/definitions/${nameOf(kind)}` })),
      ...(item ? [{ type: "array", items: { $ref: `#/definitions/${item}` }, minItems }] : []),
      { $ref: "#/definitions/encoded" },
      { $ref: "#/definitions/foreign" },
      { type: "string", pattern: "^(?!@nn/).+#.+$" },
    ],
  };
}

/** A kind with its options beside it. */
function kindSchema({ checker }: Sources, { kind, role, description, options }: KindInfo): Schema {
  const schema = schemaOfOptions(checker, options, {
    kind: { enum: namesOf(kind) },
    ...(role === "layer" && {
      repeat: {
        description:
          "In a list of layers: how many of them, one after the other, each with parameters of its own.",
        type: "integer",
        minimum: 1,
        maximum: mostRepeated,
      },
    }),
  });
  const { required = [] } = schema as { required?: string[] };
  return { ...(description !== "" && { description }), ...schema, required: ["kind", ...required] };
}

/** The name of a kind's definition, as it can stand in a reference. */
function nameOf({ kind }: KindInfo): string {
  return kind.replace("@nn/", "").replace("#", ".");
}

/** How a kind may be called. */
function namesOf(kind: string): readonly string[] {
  return [kind.split("#")[1]!, kind];
}
