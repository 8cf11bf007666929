/** A text for a message: those of files may be as long as these, and hold what terminals obey. */
export function show(text: string): string {
  const quoted = JSON.stringify(text.slice(0, 60)).slice(1, -1);
  return text.length > 60 ? `'${quoted}…'` : `'${quoted}'`;
}
