/** Words that YAML, or its version 1.1, reads as something other than text. */
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** Text that begins and ends harmlessly, without the characters that mean something in the middle of it. */
const PLAIN = /^[a-z](?:[\w ,.'()/@:-]*[\w.)])?$/i;

/** What makes a key of the text before it. */
const END_OF_KEY = ': ';

/** One line of text as a scalar of YAML, such as stands after a key: plain where that is safe, in quotes otherwise. */
export function yamlScalar(text: string): string {
  if (PLAIN.test(text) && !NOT_TEXT.test(text) && !text.includes(END_OF_KEY)) return text;
  // JSON's escapes are those of YAML's double quotes.
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}
