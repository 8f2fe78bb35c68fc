/** A word as a shell reads it back exactly, whatever is in it. Pure. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** An argv as a command line for a shell. Pure. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map(shellWord).join(' ');
}
