import { Code, typeByte, type FunctionReference, type Local, type ValueType } from "./code.ts";
import { Bytes } from "./encode.ts";

/** The memory that a module imports as `env.memory`. */
export interface MemoryImport {
  /** Whether threads share it. */
  readonly shared: boolean;
  /** The most pages of 64 KiB that it can grow to, as it was created. */
  readonly maximum: number;
}

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A WebAssembly module in the making. It imports a memory and nothing else, so all that it does is inside. */
export class ModuleBuilder {
  private readonly memory: MemoryImport;
  private readonly signatures = new Map<string, number>();
  private readonly types: Signature[] = [];
  private readonly functions: { name: string; type: number; code: Code }[] = [];
  private readonly exports: FunctionReference[] = [];
  private readonly shared = new Map<string, FunctionReference>();

  constructor(memory: MemoryImport) {
    this.memory = memory;
  }

  /** Adds a function; `build` writes its body. Results are what `build` leaves on the stack. */
  function(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    build: (code: Code, ...parameters: Local[]) => void,
  ): FunctionReference {
    const code = new Code(parameters);
    const locals = parameters.map((type, index): Local => ({ type, index }));
    const reference = { name, index: this.functions.length };
    this.functions.push({ name, type: this.typeOf({ parameters, results }), code });
    build(code, ...locals);
    return reference;
  }

  /** The function of this name, added once: for pieces of code that several functions call. */
  once(name: string, add: () => FunctionReference): FunctionReference {
    let found = this.shared.get(name);
    if (!found) this.shared.set(name, (found = add()));
    return found;
  }

  /** Makes a function visible from outside, under its name. */
  export(target: FunctionReference): void {
    this.exports.push(target);
  }

  /** The binary, with the names of the functions for profilers and stack traces. */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    out.append([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const section = (id: number, write: (bytes: Bytes) => void): void => {
      const bytes = new Bytes();
      write(bytes);
      out.byte(id);
      out.block(bytes.finish());
    };
    section(1, (bytes) => {
      bytes.unsigned(this.types.length);
      for (const { parameters, results } of this.types) {
        bytes.byte(0x60);
        for (const list of [parameters, results]) {
          bytes.unsigned(list.length);
          for (const type of list) bytes.byte(typeByte(type));
        }
      }
    });
    section(2, (bytes) => {
      bytes.unsigned(1);
      bytes.text("env");
      bytes.text("memory");
      bytes.append([2, this.memory.shared ? 3 : 1]);
      bytes.unsigned(1);
      bytes.unsigned(this.memory.maximum);
    });
    section(3, (bytes) => {
      bytes.unsigned(this.functions.length);
      for (const { type } of this.functions) bytes.unsigned(type);
    });
    section(7, (bytes) => {
      bytes.unsigned(this.exports.length);
      for (const { name, index } of this.exports) {
        bytes.text(name);
        bytes.byte(0);
        bytes.unsigned(index);
      }
    });
    section(10, (bytes) => {
      bytes.unsigned(this.functions.length);
      for (const { code } of this.functions) bytes.block(code.finish());
    });
    section(0, (bytes) => {
      bytes.text("name");
      const names = new Bytes();
      names.unsigned(this.functions.length);
      this.functions.forEach(({ name }, index) => {
        names.unsigned(index);
        names.text(name);
      });
      bytes.byte(1);
      bytes.block(names.finish());
    });
    return out.finish();
  }

  private typeOf(signature: Signature): number {
    const key = JSON.stringify(signature);
    let index = this.signatures.get(key);
    if (index === undefined) {
      index = this.types.push(signature) - 1;
      this.signatures.set(key, index);
    }
    return index;
  }
}
