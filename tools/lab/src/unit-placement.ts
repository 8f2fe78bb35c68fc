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
 * Puts every unit that a packages.yaml names, and that nobody else brings, into the stand-in of the package of the same
 * file that it most likely belongs to: `crio.service` into `cri-o`. The lists are all there is to go by, so that a
 * package or service added to them needs no second edit.
 *
 * @param demands one for each packages.yaml, parents first.
 * @param standIns names of packages that are stand-ins.
 * @param provided absolute paths of unit files that the root filesystem, real packages and override trees have.
 */
export function placeUnits(
  demands: readonly PackagesDemand[],
  standIns: ReadonlySet<string>,
  provided: ReadonlySet<string>,
): UnitPlacement {
  const files = new Map<string, StandInFile[]>();
  const taken = new Set(provided);
  const unplaced: UnplacedUnit[] = [];
  for (const { variant, names } of demands) {
    const carriers = names.rpm.filter((name) => standIns.has(name));
    for (const scope of SERVICE_SCOPES) {
      for (const unit of names.services[scope]) {
        if (isProvided(unit, scope, taken)) continue;
        const carrier = nearestPackage(unit, carriers);
        const made = standInUnits(unit, scope);
        if (carrier === undefined || made.length === 0) {
          unplaced.push({ variant, scope, unit });
          continue;
        }
        for (const file of made.filter(({ path }) => !taken.has(path))) {
          taken.add(file.path);
          files.set(carrier, [...(files.get(carrier) ?? []), file]);
        }
      }
    }
  }
  return { files, unplaced };
}

function isProvided(unit: string, scope: ServiceScope, provided: ReadonlySet<string>): boolean {
  const fileName = unitFileName(unit);
  return provided.has(`${unitDirectory(scope)}/${fileName}`) || provided.has(`/etc/systemd/${scope}/${fileName}`);
}

/**
 * The package whose name begins most like the unit's, punctuation aside; of equals the shorter, then the first. With no
 * likeness at all it is the first of the list.
 */
export function nearestPackage(unit: string, packages: readonly string[]): string | undefined {
  const stem = letters(unitFileName(unit).replace(/@?\.[a-z]+$/, ''));
  const ranked = packages.map((name) => ({ name, score: commonPrefix(stem, letters(name)) }));
  ranked.sort((left, right) => right.score - left.score || left.name.length - right.name.length);
  const [best] = ranked;
  if (best === undefined) return undefined;
  return best.score >= LIKENESS ? best.name : packages[0];
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
