import { type SourceLocation } from '@immutablue/diagnostics';

/** A note that names a second place, as terminals and editors make it a link: `it is enabled at file:line:column`. */
export function otherPlace(what: string, { file, line, column }: SourceLocation): string {
  return `${what} ${file}:${line}:${column}`;
}
