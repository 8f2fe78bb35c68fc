import { stripVTControlCharacters } from 'node:util';

/** A character as `\xNN`, so that it can be seen and does nothing. */
export function escapeCharacter(character: string): string {
  return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
}

/** A line for a terminal: names in an image can hold anything, also what would move the cursor or change colours. */
export function visible(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cs}]/gu, escapeCharacter);
}

/** A line that a program has printed, without what would move a terminal's cursor or change its colours. Tabs and line breaks stay. */
export function withoutControls(line: string): string {
  return stripVTControlCharacters(line).replaceAll(/(?![\t\n])\p{Cc}/gu, '');
}
