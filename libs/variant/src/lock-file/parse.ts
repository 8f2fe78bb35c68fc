import { type Diagnostic } from '@immutablue/diagnostics';
import { type Checked } from '../checked';
import { isRelease } from '../names';
import { ARCHITECTURES } from '../platform';
import { UPSTREAM_PROFILES } from '../upstream';
import { checkNode, inFileOrder } from '../yaml/issues';
import { readYaml } from '../yaml/read-yaml';
import { locationAt, type SourceNode } from '../yaml/source-node';
import {
  byName,
  LOCKED_LISTS,
  nevra,
  type LockedList,
  type LockedPackage,
  type LockedTransaction,
  type LockSection,
  type PackageLock,
} from './lock';
import { lockFileSchema, type LockFileTransaction } from './schema';

/** Reads a packages.lock.yaml. Everything that is wrong with it comes back at once, each with its place in the file. */
export function parseLock(file: string, text: string): Checked<PackageLock> {
  const { root, diagnostics: syntax } = readYaml(file, text);
  if (syntax.length > 0) return { diagnostics: syntax };
  // Nothing but comments: no build is locked.
  if (root === undefined) return { value: { file, sections: [] }, diagnostics: [] };
  const { value, diagnostics } = checkNode(lockFileSchema, root);
  if (value === undefined) return { diagnostics: inFileOrder(diagnostics) };
  const sections = UPSTREAM_PROFILES.flatMap((upstream) =>
    Object.entries(value[upstream] ?? {}).flatMap(([release, architectures]) =>
      ARCHITECTURES.flatMap((architecture): LockSection[] => {
        const section = architectures[architecture];
        if (section === undefined || !isRelease(release)) return [];
        const path = [upstream, release, architecture];
        const list = (name: LockedList) => transaction(section[name], root, [...path, name]);
        return [
          {
            ...{ file, upstream, release, architecture, location: locationAt(root, path) },
            lists: { rpm_url: list('rpm_url'), rpm: list('rpm'), rpm_post_url: list('rpm_post_url') },
          },
        ];
      }),
    ),
  );
  const repeated = sections.flatMap(repetitions);
  return repeated.length > 0 ? { diagnostics: repeated } : { value: { file, sections }, diagnostics: [] };
}

function transaction(
  value: LockFileTransaction | undefined,
  root: SourceNode,
  path: readonly PropertyKey[],
): LockedTransaction {
  const requested = (value?.requested ?? []).map((name, index) => ({
    value: name,
    location: locationAt(root, [...path, 'requested', index]),
  }));
  const packages = (value?.packages ?? []).map(({ repository, url, ...rpm }, index): LockedPackage => ({
    ...rpm,
    // One of the two is there: the schema asks for it.
    source: url === undefined ? { kind: 'repository', repository: repository ?? '' } : { kind: 'url', url },
    location: locationAt(root, [...path, 'packages', index]),
  }));
  // In whatever order they are written, they are the same packages.
  return { requested, packages: packages.toSorted(byName) };
}

function repetitions(section: LockSection): Diagnostic[] {
  return LOCKED_LISTS.flatMap((list) => {
    const { packages } = section.lists[list];
    return packages
      .filter((rpm, index) => packages.findIndex((other) => nevra(other) === nevra(rpm)) !== index)
      .map((rpm): Diagnostic => ({
        code: 'yaml/wrong-value',
        message: `\`${nevra(rpm)}\` is there twice`,
        location: rpm.location,
        hint: 'remove one of them',
      }));
  });
}
