import { Lexer } from 'yaml';

/** What the lexer puts before the text of a scalar. https://eemeli.org/yaml/#lexer */
const SCALAR = '\x1f';

/** What was asked before: a process that hashes tasks asks for the files of a variant several times. */
const known = new Map<string, string>();

/**
 * The text of a YAML file without comments, empty lines and space at the end of lines: the same for edits that mean nothing. Any
 * text is taken, also one that is no YAML. Where a value stands in the file is not part of it, and the order of keys counts.
 */
export function yamlContent(text: string): string {
  const content = known.get(text) ?? withoutComments(text);
  known.set(text, content);
  return content;
}

function withoutComments(text: string): string {
  const parts: string[] = [];
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    // On one line, so that what looks like a comment or an empty line in it stays.
    if (isScalar) parts.push(JSON.stringify(token));
    // What is not quoted may be no text: the mark stays.
    else if (!token.startsWith('#')) parts.push(token);
    isScalar = token === SCALAR;
  }
  return parts
    .join('')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
