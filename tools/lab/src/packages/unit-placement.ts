import { SERVICE_SCOPES, type AllNames, type ServiceScope } from '@immutablue/variant';
import { standInUnits, unitDirectory, unitFileName, type StandInFile } from './unit-files';

/** What one packages.yaml asks for. */
export interface PackagesDemand {
  readonly variant: string;
  readonly names: AllNames;
}

/** A unit that a list names and nothing brings. */
export interface UnplacedUnit {
  readonly variant: string;
  readonly scope: ServiceScope;
  readonly unit: string;
}

export interface UnitPlacement {
  /** The unit files of each stand-in, by its package name. */
  readonly files: ReadonlyMap<string, readonly StandInFile[]>;
  readonly unplaced: readonly UnplacedUnit[];
}

/**
 * Puts every unit that a packages.yaml names, and that no other package has, into the stand-ins of those packages of the
 * same file that it most likely belongs to: `crio.service` into `cri-o`. The lists are all there is to go by, so that a
 * package or service added to them needs no second edit. Several packages may hold the same file: it is the same.
 *
 * @param standIns names of packages that are stand-ins.
 * @param provided absolute paths of unit files that the root filesystem, real packages and override trees have.
 */
export function placeUnits(
  demands: readonly PackagesDemand[],
  standIns: ReadonlySet<string>,
  provided: ReadonlySet<string>,
): UnitPlacement {
  const files = new Map<string, Map<string, StandInFile>>();
  const unplaced: UnplacedUnit[] = [];
  for (const { variant, names } of demands) {
    const candidates = names.rpm.filter((name) => standIns.has(name));
    for (const scope of SERVICE_SCOPES) {
      for (const unit of names.services[scope].filter((name) => !isProvided(name, scope, provided))) {
        const made = standInUnits(unit, scope).filter(({ path }) => !provided.has(path));
        const carriers = nearestPackages(unit, candidates);
        if (carriers.length === 0 || made.length === 0) unplaced.push({ variant, scope, unit });
        for (const carrier of carriers) {
          const held = files.get(carrier) ?? new Map<string, StandInFile>();
          for (const file of made) held.set(file.path, file);
          files.set(carrier, held);
        }
      }
    }
  }
  const placed = new Set([...files.values()].flatMap((held) => [...held.keys()]));
  return {
    files: new Map([...files].map(([name, held]) => [name, [...held.values()]])),
    unplaced: unplaced.filter(({ unit, scope }) => !isProvided(unit, scope, placed)),
  };
}

function isProvided(unit: string, scope: ServiceScope, provided: ReadonlySet<string>): boolean {
  const fileName = unitFileName(unit);
  return provided.has(`${unitDirectory(scope)}/${fileName}`) || provided.has(`/etc/systemd/${scope}/${fileName}`);
}

/**
 * The packages whose names begin like the unit's and differ least from it after that, punctuation aside: `libvirt` for
 * `libvirtd.service`. More than one where releases name a package differently (`kubernetes1.35`, `kubernetes1.36`). With
 * no likeness at all it is the first of the list.
 */
export function nearestPackages(unit: string, packages: readonly string[]): readonly string[] {
  const stem = letters(unitFileName(unit).replace(/@?\.[a-z]+$/, ''));
  const compared = packages.map((name) => {
    const shared = commonPrefix(stem, letters(name));
    return { name, shared, different: stem.length + letters(name).length - 2 * shared };
  });
  const like = compared.filter(({ shared }) => shared >= LIKENESS);
  if (like.length === 0) return packages.slice(0, 1);
  const least = Math.min(...like.map(({ different }) => different));
  return like.filter(({ different }) => different === least).map(({ name }) => name);
}

/** Two names that share fewer letters at the beginning have nothing to do with each other. */
const LIKENESS = 3;

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function commonPrefix(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
