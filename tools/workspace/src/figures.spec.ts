import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readRooms } from './rooms';

const WORKSPACE = resolve(__dirname, '../../..');
const STAGE_RUNNER = join(WORKSPACE, 'libs/stage-runner/src');

/** What each node imports, by its name. */
type Imports = ReadonlyMap<string, readonly string[]>;

const [rooms, folders] = figuresIn(readFileSync(join(WORKSPACE, 'CONTRIBUTING.md'), 'utf8'));

it('CONTRIBUTING.md has a figure of the rooms and of what they import', () => {
  const imports = readRooms(WORKSPACE).map(
    ({ name, dependencies }) => [name, dependencies.map((room) => room.name)] as const,
  );
  expect(rooms).toEqual(arrowsOf(new Map(imports)));
});

it("CONTRIBUTING.md has a figure of stage-runner's folders and of what they import", () => {
  const names = readdirSync(STAGE_RUNNER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
    .map(({ name }) => name);
  expect(folders).toEqual(arrowsOf(new Map(names.map((name) => [name, importedBy(name)]))));
});

/** The figures of a document: lines like `plan --> variant & overrides`, or a name alone. */
function figuresIn(document: string): string[][] {
  return [...document.matchAll(/^```mermaid\nflowchart BT\n(.*?)^```/gms)].map(([, lines = '']) =>
    lines.trim().split('\n').flatMap(arrowsIn).sort(),
  );
}

function arrowsIn(line: string): string[] {
  const [from = '', to] = line.trim().split(' --> ');
  return to === undefined ? [from] : to.split(' & ').map((name) => `${from} --> ${name}`);
}

/** An arrow for each import but those by way of others, and the names without any. */
function arrowsOf(imports: Imports): string[] {
  const arrows = [...imports].flatMap(([from, to]) => {
    const isBelow = (name: string, other: string) => isReached(name, other, [from], imports);
    const direct = to.filter((name) => !to.some((other) => isBelow(name, other) && !isBelow(other, name)));
    return direct.map((name) => `${from} --> ${name}`);
  });
  const alone = [...imports.keys()].filter((name) => !arrows.some((arrow) => arrow.split(' --> ').includes(name)));
  return [...arrows, ...alone].sort();
}

/** Whether `name` is imported by `from`, or by what that imports, but not by way of `without`. */
function isReached(name: string, from: string, without: readonly string[], imports: Imports): boolean {
  if (without.includes(from)) return false;
  const next = imports.get(from) ?? [];
  return next.includes(name) || next.some((other) => isReached(name, other, [...without, from], imports));
}

/** The other folders that the sources of a folder import from. */
function importedBy(folder: string): string[] {
  const sources = readdirSync(join(STAGE_RUNNER, folder), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const found = sources.flatMap((file) => {
    const text = readFileSync(join(STAGE_RUNNER, folder, file), 'utf8');
    return [...text.matchAll(/ from '(\.[^']+)';$/gm)].map(
      ([, path = '']) => join(folder, file, '..', path).split('/')[0] ?? '',
    );
  });
  return [...new Set(found)].filter((name) => name !== folder);
}
