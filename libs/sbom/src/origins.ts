import { credentialIn, type SourceLocation } from '@immutablue/diagnostics';
import type { BuildPlan, InstallStep } from '@immutablue/plan';
import { nevra, type Entry, type LockedList, type LockedPackage } from '@immutablue/variant';
import type { Line, LockEntry, PackageOrigin } from './contents';
import { linesBelow } from './line';
import type { ListedPackage } from './rpm-list';

/** An image among those that one stands on, with its packages. */
export interface ListedImage {
  readonly packages: readonly ListedPackage[];
  readonly source:
    { readonly kind: 'upstream'; readonly image: string } | { readonly kind: 'variant'; readonly plan: BuildPlan };
}

/**
 * What brought each package of an image. Whose it is, the lists of packages say: that of the lowest image from which on it is there
 * unchanged. What of that image's plan has brought it, the names say: which package was asked for, and which others need it.
 *
 * @param images the image itself first, the upstream image last. Pure.
 */
export function packageOrigins(
  images: readonly [ListedImage, ...ListedImage[]],
  workspaceRoot: string,
): ReadonlyMap<ListedPackage, PackageOrigin> {
  const [image, ...below] = images;
  const lists = below.map((one) => new Set(one.packages.map(identityOf)));
  const broughtBy = new Map<ListedImage, ListedPackage[]>(images.map((one) => [one, []]));
  for (const rpm of image.packages) {
    const without = lists.findIndex((list) => !list.has(identityOf(rpm)));
    const owner = images[without === -1 ? below.length : without] ?? image;
    broughtBy.get(owner)?.push(rpm);
  }
  return new Map([...broughtBy].flatMap(([one, packages]) => [...originsIn(one, packages, workspaceRoot)]));
}

/** The same version can be another build of it. */
function identityOf({ facts }: ListedPackage): string {
  return `${nevra(facts)} ${facts.headerSha256 ?? ''}`;
}

function originsIn(
  { source }: ListedImage,
  packages: readonly ListedPackage[],
  workspaceRoot: string,
): Map<ListedPackage, PackageOrigin> {
  if (source.kind === 'upstream') return new Map(packages.map((rpm) => [rpm, source]));
  const { plan } = source;
  const { variant } = plan;
  const lineOf = linesBelow(workspaceRoot);
  const steps = plan.stages.flatMap((stage) => stage.steps).filter((step) => step.kind === 'install');
  const locks = lockEntries(plan, steps, lineOf);
  const requests = requestsFor(steps, packages);
  const depBuilders = steps.some(({ builtRpms }) => builtRpms === 'with')
    ? plan.depBuilders.map((builder) => builder.variant)
    : [];
  const originOf = (rpm: ListedPackage): PackageOrigin => {
    const lock = locks?.get(nevra(rpm.facts));
    const request = requests.get(rpm);
    const locked = lock === undefined ? {} : { lock };
    if (request?.of === rpm) {
      return { kind: 'asked', variant, list: request.list, line: lineOf(request.entry.location), ...locked };
    }
    // A build installs nothing but what is locked and what dep-builders made.
    if (locks !== undefined && lock === undefined && depBuilders.length > 0) {
      return { kind: 'dep-builder', variant, depBuilders };
    }
    if (request !== undefined) {
      const { of, entry } = request;
      return { kind: 'dependency', variant, of: of.facts.name, line: lineOf(entry.location), ...locked };
    }
    return lock === undefined ? { kind: 'unplanned', variant } : { kind: 'locked', variant, lock };
  };
  return new Map(packages.map((rpm) => [rpm, originOf(rpm)]));
}

/** The locked packages by name and version; undefined where the repositories decide. */
function lockEntries(
  { upstream, release, architecture }: BuildPlan,
  steps: readonly InstallStep[],
  lineOf: (location: SourceLocation) => Line,
): ReadonlyMap<string, LockEntry> | undefined {
  if (steps.every(({ locked }) => locked === undefined)) return undefined;
  const entry = (rpm: LockedPackage, list: LockedList): LockEntry => ({
    line: lineOf(rpm.location),
    section: [upstream, release, architecture, list].join('/'),
    nevra: nevra(rpm),
    checksum: rpm.checksum,
    ...(rpm.source.kind === 'url' && credentialIn(rpm.source.url) === undefined ? { url: rpm.source.url } : {}),
  });
  return new Map(
    steps.flatMap(({ list, locked }) => (locked?.packages ?? []).map((rpm) => [nevra(rpm), entry(rpm, list)] as const)),
  );
}

/** The line that asked for a package, or for another one that needs it. */
interface Request {
  readonly of: ListedPackage;
  readonly entry: Entry<string>;
  readonly list: LockedList;
}

/** Follows what packages need, from those that were asked for, in the order of the lists: the nearest one counts. */
function requestsFor(
  steps: readonly InstallStep[],
  packages: readonly ListedPackage[],
): ReadonlyMap<ListedPackage, Request> {
  const providers = groupBy(packages, ({ provides }) => provides);
  const supplementing = groupBy(packages, ({ supplements }) => supplements);
  const requests = new Map<ListedPackage, Request>();
  for (const { list, requested, locked } of steps) {
    for (const entry of requested) {
      for (const rpm of askedFor(entry.value, locked?.packages ?? [], packages, providers)) {
        if (!requests.has(rpm)) requests.set(rpm, { of: rpm, entry, list });
      }
    }
  }
  // A map goes on to what is added while it is gone through.
  for (const [rpm, request] of requests) {
    const brought = [
      ...rpm.needs.flatMap((name) => providers.get(name) ?? []),
      ...rpm.provides.flatMap((name) => supplementing.get(name) ?? []),
    ];
    for (const other of brought) if (!requests.has(other)) requests.set(other, request);
  }
  return requests;
}

/** The packages that an entry of packages.yaml means: by their own names, and else by what they provide. */
function askedFor(
  value: string,
  locked: readonly LockedPackage[],
  packages: readonly ListedPackage[],
  providers: ReadonlyMap<string, readonly ListedPackage[]>,
): readonly ListedPackage[] {
  const atAddress = new Set(locked.filter(({ source }) => source.kind === 'url' && source.url === value).map(nevra));
  if (atAddress.size > 0) return packages.filter(({ facts }) => atAddress.has(nevra(facts)));
  const names = value.endsWith('.rpm') ? namesOfFile(value) : [value];
  for (const name of names) {
    const found = packages.filter((rpm) => namesOf(rpm).includes(name));
    if (found.length > 0) return found;
  }
  return providers.get(value) ?? [];
}

/** What dnf takes for a package. https://dnf.readthedocs.io/en/latest/command_ref.html#specifying-packages */
function namesOf({ facts: { name, version, release, arch } }: ListedPackage): readonly string[] {
  const full = `${name}-${version}-${release}`;
  return [name, `${name}.${arch}`, `${name}-${version}`, full, `${full}.${arch}`];
}

/** What is downloaded often has no release in its name, or no version. The most exact name comes first. */
function namesOfFile(address: string): readonly string[] {
  const file = address.slice(address.lastIndexOf('/') + 1).replace(/(?:\.(?:noarch|x86_64|aarch64))?\.rpm$/, '');
  const withoutRelease = file.replace(/-[^-]*$/, '');
  return [file, withoutRelease, withoutRelease.replace(/-\d[^-]*$/, '')];
}

function groupBy(
  packages: readonly ListedPackage[],
  keysOf: (rpm: ListedPackage) => readonly string[],
): ReadonlyMap<string, readonly ListedPackage[]> {
  const groups = new Map<string, ListedPackage[]>();
  for (const rpm of packages) {
    for (const key of keysOf(rpm)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [rpm]);
      else group.push(rpm);
    }
  }
  return groups;
}
