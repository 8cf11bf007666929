/** Names of layers and metrics are the user's: none of them moves the cursor, or breaks a line. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Control}/gu, "?");
}

/** Columns that a text takes, rather too many than too few: East Asian characters and emoji take two each. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    width += code < 0x1100 || (code >= 0x2000 && code < 0x2300) ? 1 : 2;
  }
  return width;
}
