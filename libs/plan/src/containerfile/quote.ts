/** A word as bash reads it back exactly, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line for bash. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** A value of ARG, ENV or LABEL: in double quotes, where a builder expands variables, which are kept from it. */
export function instructionValue(value: string): string {
  return `"${value.replaceAll(/["\\$]/g, '\\$&')}"`;
}
