import { maskCredentials } from './credentials';

/**
 * A value as JSON that people may look at in a terminal: valid, and with what {@link visible} would escape or mask. JSON itself
 * leaves all but the controls of C0 as they are. Without a line break at its end. Pure.
 */
export function visibleJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'string' ? maskCredentials(part) : part),
    2,
  );
  return text.replaceAll(
    /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
