import { isMap, parseDocument, stringify } from 'yaml';

/** A YAML file without comments, its keys in order: edits that mean nothing give the same file in the image. */
export function canonicalYaml(text: string): string {
  const document = parseDocument(text, { merge: true });
  if (!isMap(document.contents)) return '';
  return stringify(document.toJS(), { sortMapEntries: true, aliasDuplicateObjects: false });
}
