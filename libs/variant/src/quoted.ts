import { visible } from '@immutablue/diagnostics';

/** Everything that is not printable (https://yaml.org/spec/1.2.2/#51-character-set), but tabs and line breaks. */
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;

/** How much of a text a message repeats. */
const SHOWN_CHARACTERS = 80;

/** The beginning of a text that is too long for a message. */
export function shortened(text: string, length = SHOWN_CHARACTERS): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** Text of a file between backticks, for a message. Double-quoted YAML can write any character; of a long text the beginning is shown. */
export function quoted(text: string): string {
  return `\`${visible(shortened(text))}\``;
}

/** Where `text` has a character that YAML does not allow; -1 when it has none. */
export function findControlCharacter(text: string): number {
  return text.search(CONTROL_CHARACTERS);
}

/** `text` with such characters replaced, to be shown. */
export function withoutControlCharacters(text: string): string {
  return text.replaceAll(CONTROL_CHARACTERS, '\uFFFD');
}
