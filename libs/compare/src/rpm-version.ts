import type { PackageVersion } from '@immutablue/variant';

/** A run of digits, a run of letters, or one of the two marks that count; anything else only parts these. */
const PIECES = /\d+|[A-Za-z]+|~|\^/g;

/**
 * The order of two versions as RPM has it, negative when `left` is the older one: https://rpm.org/docs/6.0.x/man/rpm-version.7
 */
export function compareEvr(left: PackageVersion, right: PackageVersion): number {
  return (
    left.epoch - right.epoch ||
    compareVersions(left.version, right.version) ||
    compareVersions(left.release, right.release)
  );
}

/** The order of two versions, or releases, alone. */
export function compareVersions(left: string, right: string): number {
  const [one, other] = [left.match(PIECES) ?? [], right.match(PIECES) ?? []];
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const order = comparePieces(one[index], other[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePieces(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  // Older than anything else, even than the end: 1.0~rc1 comes before 1.0.
  if (left === '~' || right === '~') return left === '~' ? -1 : 1;
  // Newer than the end, older than anything else: 1.0^git1 comes after 1.0 and before 1.0.1.
  if (left === '^') return right === undefined ? 1 : -1;
  if (right === '^') return left === undefined ? -1 : 1;
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  const [isNumber, isOtherNumber] = [/^\d/.test(left), /^\d/.test(right)];
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
  if (!isNumber) return left < right ? -1 : 1;
  const [number, otherNumber] = [BigInt(left), BigInt(right)];
  return number === otherNumber ? 0 : number < otherNumber ? -1 : 1;
}
