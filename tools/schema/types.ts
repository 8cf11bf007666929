import ts from "typescript";
import type { Role } from "../../packages/experiment/src/kinds/kind-table.ts";
import { hasJson, type OptionInfo, optionsOf, roleOf } from "./kinds.ts";

/** A part of a JSON schema. */
export type Schema = { readonly [keyword: string]: unknown };

/** The schema of a type's values as JSON. Components are references to the definitions of their roles. */
function schemaOf(checker: ts.TypeChecker, type: ts.Type): Schema {
  if (isJson(type)) return {};
  const role = roleOf(type);
  if (role) return { $ref: `#/definitions/${role}` };
  if (type.isUnion()) return schemaOfUnion(checker, type);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  const { flags } = type;
  if (flags & ts.TypeFlags.String) return { type: "string" };
  if (flags & ts.TypeFlags.Number) return { type: "number" };
  if (flags & ts.TypeFlags.Boolean) return { type: "boolean" };
  if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === "true" };
  if (flags & ts.TypeFlags.Null) return { type: "null" };
  if (checker.isTupleType(type)) {
    const items = checker.getTypeArguments(type as ts.TypeReference);
    const schemas = items.map((item) => schemaOf(checker, item));
    return { type: "array", items: schemas, minItems: items.length, maxItems: items.length };
  }
  if (checker.isArrayType(type) || type.symbol?.name === "ArrayLike") {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return { type: "array", items: schemaOf(checker, item!) };
  }
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  if (index) return { type: "object", additionalProperties: schemaOf(checker, index) };
  if (flags & ts.TypeFlags.Object) return schemaOfOptions(checker, optionsOf(checker, type));
  throw new Error(`no schema for ${checker.typeToString(type)}`);
}

/** The schema of an object with these options and no others. */
export function schemaOfOptions(
  checker: ts.TypeChecker,
  options: readonly OptionInfo[],
  others: Schema = {},
): Schema {
  const properties = options.map(({ name, type, description }) => {
    const schema = schemaOf(checker, type);
    if (description === "") return [name, schema] as const;
    // Beside a reference, draft-07 has validators ignore everything else.
    return [
      name,
      "$ref" in schema ? { description, allOf: [schema] } : { description, ...schema },
    ] as const;
  });
  const required = options.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: "object",
    properties: { ...others, ...Object.fromEntries(properties) },
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function schemaOfUnion(checker: ts.TypeChecker, union: ts.UnionType): Schema {
  const parts = union.types.filter(
    (part) => hasJson(part) && !(part.flags & ts.TypeFlags.Undefined),
  );
  const schemas = parts.map((part) => schemaOf(checker, part));
  const values = schemas.flatMap((schema) => ("const" in schema ? [schema["const"]] : []));
  const isBoolean = values.includes(true) && values.includes(false);
  const constants = isBoolean ? values.filter((value) => typeof value !== "boolean") : values;
  const all: Schema[] = [
    ...(isBoolean ? [{ type: "boolean" }] : []),
    ...(constants.length > 0 ? [{ enum: constants.toSorted() }] : []),
    ...schemas.filter((schema) => !("const" in schema)),
  ];
  // The compiler has them in an order that other sources decide on.
  const texts = new Map(all.map((schema) => [JSON.stringify(schema), schema]));
  const distinct = [...texts.keys()].toSorted().map((text) => texts.get(text)!);
  return distinct.length === 1 ? distinct[0]! : { anyOf: distinct };
}

/**
 * Where components stand inside of options, by their paths: `activation`, `weights/initializer`, `layers/*` for all
 * members of a list or an object. `isNamed` says that a bare name is one, and no text of its own.
 */
export interface ComponentPlace {
  readonly path: string;
  readonly role: Role;
  readonly isNamed: boolean;
}

/** All places of components in values of these options. */
export function placesOf(
  checker: ts.TypeChecker,
  options: readonly OptionInfo[],
): readonly ComponentPlace[] {
  return options.flatMap(({ name, type }) => placesIn(checker, type, [name]));
}

function placesIn(
  checker: ts.TypeChecker,
  type: ts.Type,
  path: readonly string[],
): ComponentPlace[] {
  if (isJson(type)) return [];
  const own = checker.getNonNullableType(type);
  const parts = own.isUnion() ? own.types : [own];
  const hasTexts = parts.some((part) => part.flags & ts.TypeFlags.StringLike);
  const places = parts.filter(hasJson).flatMap((part): ComponentPlace[] => {
    const role = roleOf(part);
    if (role) return [{ path: path.join("/"), role, isNamed: !hasTexts }];
    if (!(part.flags & ts.TypeFlags.Object)) return [];
    const item =
      checker.isArrayType(part) || part.symbol?.name === "ArrayLike"
        ? checker.getTypeArguments(part as ts.TypeReference)[0]
        : checker.getIndexTypeOfType(part, ts.IndexKind.String);
    if (item) return placesIn(checker, item, [...path, "*"]);
    return optionsOf(checker, part).flatMap(({ name, type: inner }) =>
      placesIn(checker, inner, [...path, name]),
    );
  });
  return [...new Map(places.map((place) => [`${place.path} ${place.role}`, place])).values()];
}

/** Whether it is that of any JSON, which has no end. */
function isJson({ aliasSymbol }: ts.Type): boolean {
  return aliasSymbol?.name === "Json";
}
