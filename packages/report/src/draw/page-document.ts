import { check } from "@nn/core";

/** The page's own document. Charts are only ever made in it, never added to it. */
export function drawingDocument(): Document {
  check(
    typeof document !== "undefined",
    () =>
      "charts are drawn with the document of a page, and there is none here; in a worker, send the data to the page",
  );
  return document;
}
