import { Document, Scalar } from 'yaml';

/** The first line of what the generator writes: files without it are not its own. */
export const HEADER = ' Written by `nx sync` from the variants and nx.json: edits are lost.';

/** Text with a comment behind it. */
export function commented(text: string, comment: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.comment = ` ${comment}`;
  return scalar;
}

/** A file of YAML. Keys whose value is undefined are left out. */
export function renderYaml(content: object): string {
  const document = documentOf(content);
  document.commentBefore = HEADER;
  return document.toString(STYLE);
}

/** A file of several documents, which is written once. */
export function renderYamls(contents: readonly object[]): string {
  return contents.map((content) => documentOf(content).toString(STYLE)).join('---\n');
}

const STYLE = { lineWidth: 0, singleQuote: true } as const;

function documentOf(content: object): Document {
  return new Document(content, { aliasDuplicateObjects: false });
}

/** The object, or undefined when it has no keys: nothing is said of it then. */
export function unlessEmpty<T extends object>(object: T): T | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}
