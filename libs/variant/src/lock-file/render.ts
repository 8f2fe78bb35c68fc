import { Document, isMap, isSeq } from 'yaml';
import { byName, LOCKED_LISTS, type LockedPackage, type LockedTransaction, type PackageLock } from './lock';

const COMMENT = [
  ' yaml-language-server: $schema=../../libs/variant/schemas/packages.lock.schema.json',
  ' Written by `npx nx run <variant>:lock`: the RPMs that builds install, exactly. docs/locks.md',
].join('\n');

/** The text of a packages.lock.yaml; the same packages give the same text. A package is one line, for people who read differences. */
export function renderLock(lock: PackageLock): string {
  const data: Record<string, Record<string, Record<string, unknown>>> = {};
  const sections = lock.sections.toSorted((left, right) => (place(left) < place(right) ? -1 : 1));
  for (const { upstream, release, architecture, lists } of sections) {
    const filled = LOCKED_LISTS.filter((list) => lists[list].requested.length + lists[list].packages.length > 0);
    ((data[upstream] ??= {})[release] ??= {})[architecture] = Object.fromEntries(
      filled.map((list) => [list, transaction(lists[list])]),
    );
  }
  const document = new Document(data);
  document.commentBefore = COMMENT;
  for (const upstream of valuesOf(document.contents)) {
    for (const architecture of valuesOf(upstream).flatMap(valuesOf)) onePackageALine(architecture);
  }
  return document.toString({ lineWidth: 0, singleQuote: true });
}

function place(section: PackageLock['sections'][number]): string {
  return [section.upstream, section.release, section.architecture].join();
}

function transaction({ requested, packages }: LockedTransaction) {
  return {
    requested: requested.map(({ value }) => value).toSorted(),
    packages: packages.toSorted(byName).map(packageData),
  };
}

function packageData({ name, epoch, version, release, arch, source, checksum }: LockedPackage) {
  const from = source.kind === 'url' ? { url: source.url } : { repository: source.repository };
  return { name, epoch, version, release, arch, ...from, checksum };
}

function valuesOf(node: unknown): unknown[] {
  return isMap(node) ? node.items.map((pair) => pair.value) : [];
}

function onePackageALine(section: unknown): void {
  for (const list of valuesOf(section)) {
    const packages: unknown = isMap(list) ? list.get('packages') : undefined;
    for (const item of isSeq(packages) ? packages.items : []) if (isMap(item)) item.flow = true;
  }
}
