import { posix } from 'node:path';
import type { Room, VariantTests } from '../rooms';

/** What the generator needs of the workspace. */
export interface RoomFilesQuery {
  readonly rooms: readonly Room[];
  readonly tests: readonly VariantTests[];
  /** A file of JSON as it is now, relative to the workspace; undefined when it is not there. */
  readonly read: (path: string) => Json | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** The room that plans and runs builds, and those that look at what was built: their code decides when images are made again. */
const BUILDER = 'nx-plugin';
const INSPECTORS = ['inspect', 'boot'];
/** Those that take or bring images as they were built: no image is another one by their code. */
const AFTER_BUILDS = ['registry', 'publish', 'sbom', 'compare', 'attest', 'registry-cache'];

/** Where TypeScript and Nx have to be told of the rooms, with what is to be there. Pure. */
export function roomFiles(query: RoomFilesQuery): ReadonlyMap<string, Json> {
  const { rooms, tests } = query;
  return new Map([
    ['tsconfig.base.json', withPaths(query)],
    [
      'tsconfig.json',
      {
        files: [],
        references: references(
          '.',
          compiled(query).map(({ directory }) => directory),
        ),
      },
    ],
    ['nx.json', withCode(query)],
    ...rooms.flatMap((room) => (room.isImportable ? configsOfLibrary(room) : configsOfTool(room, query))),
    ...tests.map(({ directory }) => [`${directory}/tsconfig.json`, configOfTests(directory, rooms)] as const),
  ]);
}

/** All that TypeScript compiles: rooms that have a tsconfig.json, and the tests of variants. */
function compiled({ rooms, tests, read }: RoomFilesQuery): readonly { readonly directory: string }[] {
  return [...rooms.filter((room) => isCompiled(room, read)), ...tests];
}

function isCompiled({ directory, isImportable }: Room, read: RoomFilesQuery['read']): boolean {
  return isImportable || read(`${directory}/tsconfig.json`) !== undefined;
}

function withPaths({ rooms, read }: RoomFilesQuery): Json {
  const config = read('tsconfig.base.json') ?? {};
  const paths = rooms
    .filter(({ isImportable }) => isImportable)
    .flatMap(({ packageName, directory, sharesTesting }) => [
      [packageName, [`./${directory}/src/index.ts`]] as const,
      ...(sharesTesting ? [[`${packageName}/testing`, [`./${directory}/src/testing/index.ts`]] as const] : []),
    ]);
  return {
    ...config,
    compilerOptions: { ...(config['compilerOptions'] as Json), paths: Object.fromEntries<readonly string[]>(paths) },
  };
}

/** The options `builders` and `inspectors` of the plugin: code that only inspectors use does not build images. */
function withCode({ rooms, read }: RoomFilesQuery): Json {
  const config = read('nx.json') ?? {};
  const inspectors = rooms.filter(({ name }) => INSPECTORS.includes(name));
  const builders = closure(
    rooms.filter(({ name }) => name === BUILDER),
    [...inspectors, ...rooms.filter(({ name }) => AFTER_BUILDS.includes(name))],
  );
  const names = (code: ReadonlySet<Room>) => rooms.filter((room) => code.has(room)).map(({ name }) => name);
  const options = {
    builders: names(builders),
    inspectors: names(closure(inspectors, [...builders])),
  };
  const plugins = config['plugins'] as readonly (string | { readonly plugin: string; readonly options?: Json })[];
  return {
    ...config,
    plugins: plugins.map((entry) =>
      typeof entry === 'object' && entry.options?.['builders'] !== undefined
        ? { ...entry, options: { ...entry.options, ...options } }
        : entry,
    ),
  };
}

/** Rooms and all that they depend on, but for `without` and what only that leads to. */
function closure(rooms: readonly Room[], without: readonly Room[] = [], found = new Set<Room>()): Set<Room> {
  for (const room of rooms) {
    if (found.has(room) || without.includes(room)) continue;
    found.add(room);
    closure(room.dependencies, without, found);
  }
  return found;
}

const TYPES = ['node', 'jest'];

/** Specs are apart: what others import knows nothing of Jest. */
function configsOfLibrary(room: Room): readonly (readonly [string, Json])[] {
  const { directory } = room;
  const extended = { extends: relative(directory, 'tsconfig.base.json') };
  const dependencies = references(directory, room.dependencies.map(configOf));
  const library = {
    ...extended,
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.lib.tsbuildinfo' },
    include: ['src/**/*.ts'],
    exclude: ['src/**/*.spec.ts', 'src/**/testing/**'],
    references: dependencies,
  };
  const specs = {
    ...extended,
    compilerOptions: {
      rootDir: 'src',
      outDir: 'dist/spec',
      tsBuildInfoFile: 'dist/tsconfig.spec.tsbuildinfo',
      types: TYPES,
    },
    include: ['src/**/*.spec.ts', 'src/**/testing/**/*.ts'],
    references: [{ path: './tsconfig.lib.json' }, ...dependencies, ...references(directory, testingOf(room))],
  };
  const both = { files: [], references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.spec.json' }] };
  return [
    [`${directory}/tsconfig.json`, both],
    [`${directory}/tsconfig.lib.json`, library],
    [`${directory}/tsconfig.spec.json`, specs],
  ];
}

/** A room that is not importable by its name keeps its own tsconfig.json; it may have none. */
function configsOfTool(room: Room, { read }: RoomFilesQuery): readonly (readonly [string, Json])[] {
  const { directory, dependencies } = room;
  const path = `${directory}/tsconfig.json`;
  const config = read(path);
  if (config === undefined) return [];
  return [
    [path, { ...config, references: references(directory, [...dependencies.map(configOf), ...testingOf(room)]) }],
  ];
}

/** The tests of a variant may use what tests share, and what that stands on. */
function configOfTests(directory: string, rooms: readonly Room[]): Json {
  const shared = closure(rooms.filter(({ name }) => name === 'testing'));
  return {
    extends: relative(directory, 'tsconfig.base.json'),
    compilerOptions: { rootDir: '.', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.tsbuildinfo', types: TYPES },
    include: ['**/*.ts'],
    exclude: ['dist'],
    references: references(directory, rooms.filter((room) => shared.has(room)).map(configOf)),
  };
}

/** What a room's specs may use of what others share with specs. */
function testingOf({ dependencies }: Room): string[] {
  return dependencies
    .filter(({ sharesTesting }) => sharesTesting)
    .map(({ directory }) => `${directory}/tsconfig.spec.json`);
}

/** What TypeScript builds of a room for those that import it. */
function configOf({ directory, isImportable }: Room): string {
  return isImportable ? `${directory}/tsconfig.lib.json` : directory;
}

function references(from: string, paths: readonly string[]): readonly { readonly path: string }[] {
  return paths.map((path) => ({ path: relative(from, path) }));
}

function relative(from: string, path: string): string {
  const found = posix.relative(from, path);
  return found.startsWith('.') ? found : `./${found}`;
}
