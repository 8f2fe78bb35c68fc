import { comparePackages, type PackageChange, type PackageVersion } from '@immutablue/variant';
import { compareEvr } from './rpm-version';

type Change<Kind extends PackageChange['kind']> = Extract<PackageChange, { kind: Kind }>;

/** How the packages of two images differ, each kind by name. */
export interface PackageDifference {
  readonly upgraded: readonly Change<'changed'>[];
  readonly downgraded: readonly Change<'changed'>[];
  /** The same version for another architecture. */
  readonly replaced: readonly Change<'changed'>[];
  readonly added: readonly Change<'added'>[];
  readonly removed: readonly Change<'removed'>[];
}

/** Compares the packages of two images. Pure. */
export function packageDifference(
  before: readonly PackageVersion[],
  after: readonly PackageVersion[],
): PackageDifference {
  const changes = comparePackages(before, after);
  const changed = ofKind(changes, 'changed');
  const direction = ({ from, to }: Change<'changed'>) => Math.sign(compareEvr(newest(to), newest(from)));
  return {
    upgraded: changed.filter((change) => direction(change) > 0),
    downgraded: changed.filter((change) => direction(change) < 0),
    replaced: changed.filter((change) => direction(change) === 0),
    added: ofKind(changes, 'added'),
    removed: ofKind(changes, 'removed'),
  };
}

function ofKind<Kind extends PackageChange['kind']>(changes: readonly PackageChange[], kind: Kind): Change<Kind>[] {
  return changes.filter((change): change is Change<Kind> => change.kind === kind);
}

/** Of a package that is there in several versions, as kernels are. */
function newest(versions: readonly PackageVersion[]): PackageVersion {
  return versions.reduce((best, one) => (compareEvr(one, best) > 0 ? one : best));
}
