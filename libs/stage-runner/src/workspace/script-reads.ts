import type { Diagnostic } from '@immutablue/diagnostics';
import type { Reads } from '@immutablue/plan';

/** The declaration, or the faults in it. */
export interface ReadsHeader {
  readonly reads: Reads;
  readonly diagnostics: readonly Diagnostic[];
}

const HEADER = /^#\s*reads:(?<places>.*)$/;

/**
 * What a script or a Containerfile declares to read of the root filesystem below it, besides the programs that it runs: lines
 * `# reads: /path /other/path` among the comments at its beginning, each path with all that is below it. Without such a line
 * it reads everything; with an empty one nothing.
 */
export function readReadsHeader(text: string, file: string): ReadsHeader {
  const places: string[] = [];
  const diagnostics: Diagnostic[] = [];
  let isDeclared = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.startsWith('#')) break;
    const declared = HEADER.exec(line)?.groups?.['places'];
    if (declared === undefined) continue;
    isDeclared = true;
    for (const { 0: place, index: column } of declared.matchAll(/\S+/g)) {
      if (/^(\/[^/]+)+$/.test(place) && !/\/\.{1,2}(\/|$)|[*?[]/.test(place)) places.push(place);
      else {
        diagnostics.push({
          code: 'script/wrong-reads',
          message: `\`${place}\` is not a path that a script can declare to read`,
          location: { file, line: index + 1, column: line.length - declared.length + column + 1 },
          hint: 'name files and folders by absolute paths without wildcards, like `# reads: /usr/lib/modules`',
        });
      }
    }
  }
  return { reads: isDeclared ? { trees: places, paths: [] } : 'everything', diagnostics };
}
