import { isUtf8 } from 'node:buffer';
import { stripVTControlCharacters } from 'node:util';
import { maskCredentials } from './credentials';

/**
 * What acts on a terminal or breaks a line (the controls of C0 and C1, https://www.unicode.org/charts/PDF/U0080.pdf), what turns
 * the direction of the text around it (https://www.unicode.org/reports/tr9/), and halves of surrogate pairs.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu;

/** A character as `\xNN` or `\uNNNN`, so that it can be seen and does nothing. */
export function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/**
 * A name or one line for people, from any source: of what is not printable an escape is seen, and of the credentials in
 * addresses `***`. A name that is not UTF-8 is shown byte by byte. All that is shown goes through this function.
 */
export function visible(text: string | Buffer): string {
  if (typeof text === 'string') return maskCredentials(text).replaceAll(UNSAFE, escapeCharacter);
  if (isUtf8(text)) return visible(text.toString());
  return visible(text.toString('latin1')).replaceAll(/[^\u0020-\u007e]/g, escapeCharacter);
}

/** Like {@link visible}, for text of several lines: its line breaks and tabs stay. */
export function visibleLines(text: string): string {
  return text.replaceAll(/[^\t\n]+/g, (part) => visible(part));
}

/**
 * What a program has printed, as lines. What it has said to a terminal is left out: colours, and the earlier states of a line
 * that it has written again and again, as programs do to show their progress.
 */
export function visibleOutput(output: string): string {
  return visibleLines(stripVTControlCharacters(output).split('\n').map(lastState).join('\n').replace(/\n$/, ''));
}

/** What is left of a line on a terminal: a carriage return begins it again, a backspace takes a character back. */
function lastState(line: string): string {
  const state = line.split('\r').findLast((part) => part.trim() !== '') ?? '';
  if (!state.includes('\b')) return state;
  const characters: string[] = [];
  for (const character of state) {
    if (character === '\b') characters.pop();
    else characters.push(character);
  }
  return characters.join('');
}
