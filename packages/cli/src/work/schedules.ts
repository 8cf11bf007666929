import type { Json } from "@nn/core";

/** The places, as JSON pointers, of schedules in an experiment's optimizer that take as many epochs as it trains. */
export function schedulesOfAllEpochs(experiment: Json): readonly string[] {
  const { epochs, optimizer = null } = Object(experiment) as { readonly [name: string]: Json };
  if (typeof epochs !== "number") return [];
  const find = (value: Json, path: string): readonly string[] =>
    typeof value !== "object" || value === null
      ? []
      : Object.entries(value as { readonly [name: string]: Json }).flatMap(([name, inner]) =>
          name === "epochs" && inner === epochs
            ? [`${path}/epochs`]
            : find(inner, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`),
        );
  return find(optimizer, "/optimizer");
}
