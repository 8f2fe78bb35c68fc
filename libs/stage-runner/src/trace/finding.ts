import { posix } from 'node:path';
import { count, type Diagnostic } from '@immutablue/diagnostics';
import { isAtOrBelow, scriptPath, type PlannedScript } from '@immutablue/plan';
import { readsHeaderLine } from '../workspace/script-header';
import type { UndeclaredRead } from './undeclared';

/** How many paths of a folder are shown by name. */
const SHOWN_NAMES = 6;

/** From how many paths of a folder on the header is to name the folder. */
const MANY = 4;

/** What is wrong with the header of a script that has read more than it says. */
export function readsBeyondHeader(
  { variant, stage, file }: Pick<PlannedScript, 'variant' | 'stage' | 'file'>,
  text: string,
  reads: readonly UndeclaredRead[],
): Diagnostic {
  const script = `${variant}/${scriptPath({ stage })}`;
  const line = readsHeaderLine(text);
  return {
    code: 'script/reads-beyond-header',
    message: `\`${script}\` reads ${count(reads.length, 'path')} that its header \`# reads:\` does not name`,
    location: { file, line, column: 1, text: text.split('\n')[line - 1] ?? '' },
    notes: byFolder(reads).map(([folder, those]) => renderFolder(folder, those)),
    hint: `add what decides what the script does: \`# reads: ${placesFor(reads).join(' ')}\``,
  };
}

/** A list of a folder's names stands with the folder. */
function byFolder(reads: readonly UndeclaredRead[]): readonly (readonly [string, readonly UndeclaredRead[]])[] {
  const folders = new Map<string, UndeclaredRead[]>();
  for (const read of reads) {
    const folder = folderOf(read);
    const those = folders.get(folder) ?? [];
    those.push(read);
    folders.set(folder, those);
  }
  return [...folders].sort(([left], [right]) => (left < right ? -1 : 1));
}

function folderOf({ path, access }: UndeclaredRead): string {
  return access === 'list' ? path : posix.dirname(path);
}

function renderFolder(folder: string, reads: readonly UndeclaredRead[]): string {
  const names = reads.map((read) => {
    if (read.access === 'list') return 'its names';
    const name = posix.basename(read.path);
    return read.outcome === 'absent' ? `${name} (not there)` : name;
  });
  const rest = names.length - SHOWN_NAMES;
  const more = rest > 0 ? `, and ${rest} more` : '';
  return `${folder}: ${names.slice(0, SHOWN_NAMES).join(', ')}${more}`;
}

/** The fewest places that have all of it, and not much else. */
export function placesFor(reads: readonly UndeclaredRead[]): readonly string[] {
  const places = byFolder(reads).flatMap(([folder, those]) =>
    folder !== '/' && (those.length >= MANY || those.some(({ access }) => access === 'list'))
      ? [folder]
      : those.map(({ path }) => path),
  );
  return places.filter((place) => !places.some((other) => other !== place && isAtOrBelow(place, [other])));
}
