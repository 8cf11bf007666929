import { parseHTML } from "linkedom";

/** A document to make charts in, where there is no page. */
export function drawingDocument(): Document {
  return parseHTML("<!doctype html><html><body></body></html>").document;
}
