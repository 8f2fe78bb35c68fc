import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A library or a tool of this workspace: a folder with a package.json, which is all that states it. */
export interface Room {
  /** The name of its Nx project, by which Jest and ESLint know it too. */
  readonly name: string;
  readonly packageName: string;
  /** Relative to the workspace. */
  readonly directory: string;
  /** The rooms that it may import from: those of its `dependencies`. */
  readonly dependencies: readonly Room[];
  /** Whether others import it by the name of its package. */
  readonly isImportable: boolean;
  /** Whether specs of others import `<package>/testing`, its `src/testing/index.ts`. */
  readonly sharesTesting: boolean;
  /** What its specs read besides what it imports, by tags: `reads:family`, or the path of a file like `reads:docs/disk.md`. */
  readonly reads: readonly string[];
}

/** A folder of a variant with specs of the programs in its image. */
export interface VariantTests {
  readonly variant: string;
  /** Relative to the workspace. */
  readonly directory: string;
}

/** Folders that hold rooms, and rooms that stand alone. */
const PARENTS = ['libs', 'tools'];
const ALONE = ['testing', 'e2e'];

const READS = 'reads:';

/**
 * The rooms of the workspace, each after those that it depends on.
 *
 * @throws {Error} when they depend on each other in a circle.
 */
export function readRooms(root: string): readonly Room[] {
  const folders = [...PARENTS.flatMap((parent) => foldersIn(root, parent)), ...ALONE];
  const manifests = new Map<string, Manifest>();
  for (const directory of folders.filter((folder) => existsSync(join(root, folder, 'package.json')))) {
    const manifest = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Manifest;
    const sharesTesting = existsSync(join(root, directory, 'src', 'testing', 'index.ts'));
    manifests.set(manifest.name, { ...manifest, directory, sharesTesting });
  }
  const rooms = new Map<string, Room>();
  for (const name of manifests.keys()) addRoom(name, [], manifests, rooms);
  return [...rooms.values()];
}

/** What is read of a package.json. */
interface Manifest {
  readonly name: string;
  readonly directory: string;
  readonly sharesTesting: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly nx: { readonly name: string; readonly tags?: readonly string[] };
}

function addRoom(
  packageName: string,
  path: readonly string[],
  manifests: ReadonlyMap<string, Manifest>,
  rooms: Map<string, Room>,
): Room {
  const known = rooms.get(packageName);
  if (known !== undefined) return known;
  if (path.includes(packageName)) {
    throw new Error(`packages depend on each other in a circle: ${[...path, packageName].join(' → ')}`);
  }
  const manifest = manifests.get(packageName);
  if (manifest === undefined) throw new Error(`${packageName} is no room of this workspace`);
  const room = {
    name: manifest.nx.name,
    packageName,
    directory: manifest.directory,
    dependencies: Object.keys(manifest.dependencies ?? {})
      .filter((name) => manifests.has(name))
      .map((name) => addRoom(name, [...path, packageName], manifests, rooms)),
    isImportable: manifest.exports?.['.'] !== undefined,
    sharesTesting: manifest.sharesTesting,
    reads: (manifest.nx.tags ?? []).filter((tag) => tag.startsWith(READS)).map((tag) => tag.slice(READS.length)),
  };
  rooms.set(packageName, room);
  return room;
}

/** The tests of variants, in order of their names. */
export function readVariantTests(root: string): readonly VariantTests[] {
  return foldersIn(root, 'packages')
    .filter((folder) => existsSync(join(root, folder, 'tests', 'tsconfig.json')))
    .map((folder) => ({ variant: folder.slice('packages/'.length), directory: `${folder}/tests` }));
}

function foldersIn(root: string, parent: string): string[] {
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`)
    .sort();
}
