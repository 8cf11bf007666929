/**
 * The URL of the module that jobs in worker threads load. Plugins and the folder of snapshots are in its query: they come
 * from the command line, and jobs are told nothing else by it.
 */
export function foldsUrl(options: {
  readonly plugins: readonly string[];
  readonly store: string;
}): string {
  // Beside this file, in the sources as in a bundle.
  const url = new URL(
    import.meta.url.endsWith(".ts") ? "./folds.ts" : "./folds.js",
    import.meta.url,
  );
  for (const plugin of options.plugins) url.searchParams.append("plugin", plugin);
  url.searchParams.append("store", options.store);
  return url.href;
}
