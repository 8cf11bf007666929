import { adapterName, openAdapter } from "../gpu.ts";

/** The process that says which GPU there is. */
let line;
try {
  line = { adapter: adapterName(await openAdapter()) };
} catch (error) {
  line = { missing: (error as Error).message };
}
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
