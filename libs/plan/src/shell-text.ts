/**
 * A shell script without its comment lines and empty lines, so that editing these rebuilds nothing. Where such a line may be
 * something else (in a here-document, in a string of several lines, behind a line that goes on), the text stays as it is: a
 * build too many is better than one too few.
 */
export function withoutComments(script: string): string {
  const lines = script.split('\n');
  const isLeftOut = (line: string, index: number) => index > 0 && /^\s*(#.*)?$/.test(line);
  const kept = lines.filter((line, index) => !isLeftOut(line, index));
  const isPlain =
    kept.every((line) => !line.includes('<<') && hasClosedQuotes(line)) &&
    lines.every((line, index) => !isLeftOut(line, index) || !/\\$/.test(lines[index - 1] ?? ''));
  return isPlain ? kept.join('\n') : script;
}

/** Whether every quotation that begins on a line ends on it. */
function hasClosedQuotes(line: string): boolean {
  let open: string | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index];
    if (character === '\\' && open !== "'") index += 1;
    else if (open === undefined && (character === '"' || character === "'" || character === '`')) open = character;
    else if (character === open) open = undefined;
    // A comment behind a command may hold an apostrophe.
    else if (open === undefined && character === '#' && /\s/.test(line[index - 1] ?? ' ')) return true;
  }
  return open === undefined;
}
