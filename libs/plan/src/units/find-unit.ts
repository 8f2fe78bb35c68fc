import type { ServiceScope } from '@immutablue/variant';

/** What is at a path where systemd looks for units and their drop-ins. */
export type UnitPlace =
  | { readonly kind: 'absent' }
  /** `name` is that of the file which a link leads to. */
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  /** A link to /dev/null. */
  | { readonly kind: 'masked' }
  /** Something, and what it holds is not known. */
  | { readonly kind: 'unknown' };

/** Where units are looked for: a root filesystem, or what overrides bring of it. */
export interface UnitTree {
  readonly at: (path: string) => Promise<UnitPlace>;
  /** The names in a folder; none when there is no such folder. */
  readonly namesIn: (directory: string) => Promise<readonly string[]>;
}

/** A unit with its drop-ins. */
export interface FoundUnit {
  /** Of the unit file. */
  readonly path: string;
  readonly kind: 'file' | 'masked';
  /** The unit file, then its drop-ins in their order. */
  readonly texts: readonly string[];
}

/** Where systemd looks for units, what counts most first: https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html */
const PLACES = ['/etc/systemd', '/run/systemd', '/usr/local/lib/systemd', '/usr/lib/systemd'];

/** The unit of that name: its own file, or for an instance that of its template. Undefined where a tree does not say what it is. */
export async function findUnit(tree: UnitTree, scope: ServiceScope, name: string): Promise<FoundUnit | undefined> {
  const directories = PLACES.map((place) => `${place}/${scope}`);
  for (const candidate of new Set([name, templateOf(name)])) {
    for (const directory of directories) {
      const path = `${directory}/${candidate}`;
      const place = await tree.at(path);
      switch (place.kind) {
        case 'absent':
          continue;
        case 'unknown':
          return undefined;
        case 'masked':
          return { path, kind: 'masked', texts: [] };
        case 'file': {
          // An empty file masks, too.
          if (place.text === '') return { path, kind: 'masked', texts: [] };
          const names = [name, templateOf(name), place.name];
          return { path, kind: 'file', texts: [place.text, ...(await dropIns(tree, directories, names))] };
        }
      }
    }
  }
  return undefined;
}

/** The drop-ins of all names of a unit, by name; of one name the first place counts. */
async function dropIns(
  tree: UnitTree,
  directories: readonly string[],
  names: readonly string[],
): Promise<readonly string[]> {
  const found = new Map<string, string>();
  for (const directory of directories) {
    for (const folder of new Set(names.flatMap(dropInFolders))) {
      for (const name of await tree.namesIn(`${directory}/${folder}`)) {
        if (!name.endsWith('.conf') || found.has(name)) continue;
        const place = await tree.at(`${directory}/${folder}/${name}`);
        found.set(name, place.kind === 'file' ? place.text : '');
      }
    }
  }
  return [...found.keys()].sort().map((name) => found.get(name) ?? '');
}

/** `a-b.service` has drop-ins in `a-b.service.d`, `a-.service.d` and `service.d`. */
function dropInFolders(name: string): readonly string[] {
  const dot = name.lastIndexOf('.');
  const [stem, type] = [name.slice(0, dot), name.slice(dot + 1)];
  const prefixes = [...stem.matchAll(/-/g)].map(({ index }) => `${stem.slice(0, index + 1)}.${type}.d`);
  return [`${name}.d`, ...prefixes, `${type}.d`];
}

/** `getty@tty1.service` is an instance of `getty@.service`. */
function templateOf(name: string): string {
  return name.replace(/@.*(?=\.\w+$)/, '@');
}
