import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import type { Plugin } from "@nn/core";
import type { Role } from "../../packages/experiment/src/kinds/kind-table.ts";
import { root } from "../workspace.ts";

/** The interfaces that values of each role have. */
const roles: { readonly [interfaceName: string]: Role } = {
  Layer: "layer",
  Loss: "loss",
  Metric: "metric",
  UpdateRule: "optimizer",
  Solver: "optimizer",
  Schedule: "schedule",
  Initializer: "initializer",
  Step: "step",
  Scope: "scope",
  Transform: "pipeline",
  Splitter: "splitter",
  Backend: "backend",
  UnopenedBackend: "backend",
  Callback: "callback",
};

/** Packages whose kinds an experiment can name, and those that its own types come from. */
const packages = [
  "core",
  "layers-dense",
  "layers-dropout",
  "losses",
  "metrics",
  "optimizers",
  "trainer",
  "trainer-kfold",
  "preprocess",
  "backend-js",
  "backend-wasm",
  "backend-webgpu",
  "experiment",
];

/** Names of options that factories take as arguments by other names. */
const argumentNames: { readonly [kind: string]: { readonly [argument: string]: string } } = {
  "@nn/preprocess#extractDate": { wanted: "parts" },
};

/** An option of a factory, or of an object inside of one. */
export interface OptionInfo {
  readonly name: string;
  readonly type: ts.Type;
  readonly isRequired: boolean;
  readonly description: string;
}

/** A kind as the types of its factory describe it. */
export interface KindInfo {
  readonly kind: string;
  readonly role: Role;
  readonly description: string;
  readonly options: readonly OptionInfo[];
  /** The option that lists what the factory takes as any number of arguments. */
  readonly list: string | undefined;
}

/** What sources say. */
export interface Sources {
  readonly checker: ts.TypeChecker;
  readonly kinds: readonly KindInfo[];
  /** Kinds that have no exported factory: those that only files have. */
  readonly internal: readonly string[];
  /** The options of an interface in a source file. */
  interfaceOptions(file: string, name: string): readonly OptionInfo[];
}

/** Reads the sources of all packages whose kinds experiments are made of. */
export async function readSources(): Promise<Sources> {
  const folder = path.join(root, "packages");
  const indexOf = (name: string): string => path.join(folder, name, "src/index.ts");
  const configFile = path.join(root, "tsconfig.base.json");
  const { config } = ts.readConfigFile(configFile, (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram({
    rootNames: [...packages.map(indexOf), path.join(folder, "datasets/src/csv/options.ts")],
    options: { ...options, noEmit: true, composite: false, types: [] },
  });
  const checker = program.getTypeChecker();
  const fileOf = (file: string): ts.SourceFile => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`there is no ${file}`);
    return source;
  };
  const exportsOf = (file: string): ts.Symbol[] =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(fileOf(file))!);
  const kinds: KindInfo[] = [];
  const internal: string[] = [];
  for (const name of packages) {
    const module = (await import(pathToFileURL(indexOf(name)).href)) as {
      plugins?: readonly Plugin[];
      corePlugins?: readonly Plugin[];
    };
    const factories = new Map(exportsOf(indexOf(name)).map((symbol) => [symbol.name, symbol]));
    for (const { kind } of module.plugins ?? module.corePlugins ?? []) {
      const factory = factories.get(kind.split("#")[1]!);
      if (factory) kinds.push(kindInfo(checker, kind, factory));
      else internal.push(kind);
    }
  }
  return {
    checker,
    kinds,
    internal,
    interfaceOptions(file, name) {
      const symbol = exportsOf(path.join(folder, file)).find((one) => one.name === name);
      if (!symbol) throw new Error(`${file} exports no ${name}`);
      return optionsOf(checker, checker.getDeclaredTypeOfSymbol(symbol));
    },
  };
}

function kindInfo(checker: ts.TypeChecker, kind: string, exported: ts.Symbol): KindInfo {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const factory = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const [signature] = checker.getTypeOfSymbol(factory).getCallSignatures();
  if (!signature) throw new Error(`${kind} has no factory`);
  const returned = signature.getReturnType();
  const made = checker.getAwaitedType(returned) ?? returned;
  const role = isTable(checker, made) ? "table" : roleOf(made);
  if (!role) throw new Error(`${kind} makes a ${checker.typeToString(made)}`);
  const options: OptionInfo[] = [];
  let list: string | undefined;
  for (const parameter of signature.getParameters()) {
    const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
    const type = checker.getTypeOfSymbol(parameter);
    if (declaration.dotDotDotToken) {
      // Steps take columns, and some of them options behind: StepArguments<Options>.
      list = role === "step" ? "columns" : parameter.name;
      const [last] = type.aliasTypeArguments ?? [];
      const listed = last ? (type as ts.UnionType).types[0]! : type;
      options.push({ name: list, type: listed, isRequired: false, description: "" });
      if (last) options.push(...optionsOf(checker, last));
    } else if (parameter.name === "options") options.push(...optionsOf(checker, type));
    else
      options.push({
        name: argumentNames[kind]?.[parameter.name] ?? parameter.name,
        type,
        isRequired: !checker.isOptionalParameter(declaration),
        description: "",
      });
  }
  return { kind, role, description: textOf(checker, factory), options, list };
}

/** Whether it is a metric whose result is no number, which nothing can be compared by. */
function isTable(checker: ts.TypeChecker, type: ts.Type): boolean {
  const result = roleOf(type) === "metric" ? type.getProperty("result") : undefined;
  const [signature] = result ? checker.getTypeOfSymbol(result).getCallSignatures() : [];
  return signature !== undefined && !(signature.getReturnType().flags & ts.TypeFlags.Number);
}

/** The options of an object of them. Functions and signals have no JSON. */
export function optionsOf(checker: ts.TypeChecker, type: ts.Type): readonly OptionInfo[] {
  return checker
    .getNonNullableType(type)
    .getProperties()
    .map((property): OptionInfo => {
      return {
        name: property.name,
        type: checker.getTypeOfSymbol(property),
        isRequired: (property.flags & ts.SymbolFlags.Optional) === 0,
        description: textOf(checker, property),
      };
    })
    .filter(({ type: own }) => hasJson(checker.getNonNullableType(own)));
}

/** Whether a type has values that are JSON, or components, which have one: no function, signal, or object of functions. */
export function hasJson(type: ts.Type): boolean {
  const isFunction = type.getCallSignatures().length > 0;
  return !isFunction && type.symbol?.name !== "AbortSignal" && !isOfMethods(type);
}

/** Whether it is that of objects that have nothing but methods, and are no components. */
function isOfMethods(type: ts.Type): boolean {
  if (!(type.flags & ts.TypeFlags.Object) || roleOf(type)) return false;
  const properties = type.getProperties();
  return properties.length > 0 && properties.every(({ flags }) => flags & ts.SymbolFlags.Method);
}

/** The role of values of a type, if they are components at all. */
export function roleOf(type: ts.Type): Role | undefined {
  if (type.isIntersection()) return type.types.map((part) => roleOf(part)).find((role) => role);
  const name = type.symbol?.name;
  const isInterface = name !== undefined && Object.hasOwn(roles, name);
  // The kernel has a Scope of another meaning, which is no component.
  if (isInterface && (type.getProperty("kind") || name === "Callback")) return roles[name];
  return (type.getBaseTypes?.() ?? [])
    .map((base) => roleOf(base))
    .find((role) => role !== undefined);
}

/** A doc comment as one paragraph, without its examples. */
function textOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  return ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replaceAll(/```[\s\S]*?```/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
