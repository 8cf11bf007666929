/** Attributes that are places or sizes. */
const geometry = new Set([
  "d",
  "transform",
  "x",
  "y",
  "x1",
  "x2",
  "y1",
  "y2",
  "cx",
  "cy",
  "r",
  "width",
  "height",
]);

/**
 * An element as XML, the same in every environment. Places are rounded to a tenth of a pixel, which takes off half of
 * the bytes, and style sheets are left out, since they would be those of the whole page.
 */
export function serialize(node: Node): string {
  if (node.nodeType === 3) return escapeText(node.nodeValue ?? "");
  if (node.nodeType !== 1) return "";
  const element = node as Element;
  const name = element.localName;
  if (name === "style") return "";
  // Environments keep attributes in orders of their own.
  const attributes = [...element.attributes]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      ({ name, value }) => ` ${name}="${escapeText(geometry.has(name) ? rounded(value) : value)}"`,
    )
    .join("");
  const children = [...element.childNodes].map(serialize).join("");
  return children === ""
    ? `<${name}${attributes}/>`
    : `<${name}${attributes}>${children}</${name}>`;
}

/** Text in HTML and XML, also within quotes. What XML cannot hold at all becomes a replacement character. */
export function escapeText(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, "\uFFFD")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/'/g, "&#39;")
  );
}

function rounded(value: string): string {
  return value.replace(/-?\d*\.\d{2,}(?:e[-+]?\d+)?/g, (digits) =>
    String(Math.round(Number(digits) * 10) / 10 || 0),
  );
}
