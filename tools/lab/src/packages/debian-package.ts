import { rpmNameOf } from './real-package-names';
import { type RpmFile, type RpmPackage } from './rpm-spec';

/** The fields of a Debian package's control file that matter here (deb-control(5)). */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** One list per dependency, of names that each will do. */
  readonly depends: readonly (readonly string[])[];
  readonly provides: readonly string[];
}

/** Reads the fields that `dpkg-deb --field` printed. Continuation lines are not needed and left out. */
export function parseControl(text: string): DebianPackage {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z-]+): ?(.*)$/.exec(line);
    if (match !== null) fields.set(match[1] ?? '', match[2] ?? '');
  }
  const field = (name: string) => fields.get(name) ?? '';
  return {
    name: field('Package'),
    version: field('Version'),
    description: field('Description'),
    depends: [...relation(field('Pre-Depends')), ...relation(field('Depends'))],
    provides: relation(field('Provides')).flat(),
  };
}

/** `a (>= 1) | b:any, c` as names: [[a, b], [c]]. */
function relation(text: string): string[][] {
  return text
    .split(',')
    .map((group) => group.split('|').map((name) => name.trim().replace(/[ (:].*$/, '')))
    .map((group) => group.filter((name) => name !== ''))
    .filter((group) => group.length > 0);
}

/** `1:2.47.3-0+deb13u1` in the parts of an RPM's version. A part that RPM cannot write is written with dots. */
export function rpmVersionOf(version: string): { epoch?: string; version: string; release: string } {
  const match = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/.exec(version);
  const epoch = match?.[1];
  return {
    ...(epoch === undefined ? {} : { epoch }),
    version: (match?.[2] ?? '0').replaceAll('-', '.'),
    release: `${match?.[3] ?? '0'}.lab`,
  };
}

/**
 * The RPM that a Debian package becomes. It requires those of `all` that it depends on; what else it depends on is in
 * the root filesystem, because apt resolved it so.
 *
 * @param sources as `rpmNameOf` takes them.
 */
export function toRpmPackage(
  source: DebianPackage,
  all: readonly DebianPackage[],
  files: readonly RpmFile[],
  sources: Readonly<Record<string, string>>,
): RpmPackage {
  const requires = source.depends.flatMap((alternatives) => {
    const found = all.find(
      ({ name, provides }) => alternatives.includes(name) || provides.some((virtual) => alternatives.includes(virtual)),
    );
    return found === undefined || found.name === source.name ? [] : [rpmNameOf(found.name, sources)];
  });
  return {
    name: rpmNameOf(source.name, sources),
    ...rpmVersionOf(source.version),
    summary: source.description,
    description: `${source.description}. Debian's ${source.name} ${source.version}, repackaged by the Immutablue lab.`,
    requires: [...new Set(requires)],
    provides: [],
    files,
  };
}
